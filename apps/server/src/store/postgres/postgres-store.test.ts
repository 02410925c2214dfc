import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { type AccountId, Handle } from "@ringfence/protocol";
import { sql } from "kysely";
import { Client } from "pg";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAccount } from "../../accounts/accounts.ts";
import type { BusMessage } from "../../bus/bus.ts";
import { createInProcessBus } from "../../bus/in-process-bus.ts";
import { relaySecretFile, vapidKeyFile } from "../../data-directory.ts";
import { postgresLimits } from "../../limits.ts";
import { DatabaseAwayError, DatabaseTooNewError } from "../errors.ts";
import type { Store, Write } from "../store.ts";
import { newPostgres } from "../test-store.ts";
import { holdDatabase } from "./hold-database.ts";
import { keepSecrets } from "./kept-secrets.ts";
import { openPostgresStore } from "./postgres-store.ts";

const bus = createInProcessBus();
let url: string;
let store: Store;
let logged: unknown[];
const parts = { bus, now: () => 1_000, logError: (error: unknown) => void logged.push(error) };

beforeEach(async () => {
  logged = [];
  url = await newPostgres("tables");
  store = await openPostgresStore(url, parts);
});
afterEach(async () => {
  vi.useRealTimers();
  await store[Symbol.asyncDispose]();
});

function add(write: Write, handle: string): Promise<AccountId> {
  return createAccount(write, {
    handle: Handle.parse(handle),
    displayName: handle,
    passwordHash: "",
  });
}

async function order(statement: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

/** Cuts off everybody else, as a PostgreSQL that is restarted does. */
const cutOff = () =>
  order(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );

/** Resolves for all of them once so many have come here. */
function meetingOf(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let come = 0;
  return async () => {
    if (++come === count) resolve(undefined);
    await promise;
  };
}

describe("a PostgreSQL", () => {
  test("is prepared once where five nodes start at once", async () => {
    const empty = await newPostgres("nothing");
    const nodes = await Promise.all(
      Array.from({ length: 5 }, () => openPostgresStore(empty, parts)),
    );
    const counts = await Promise.all(
      nodes.map(({ db }) => db.selectFrom("account").select("id").execute()),
    );
    expect(counts).toEqual([[], [], [], [], []]);
    for (const node of nodes) await node[Symbol.asyncDispose]();
  });

  test("of a newer version is refused and left as it is", async () => {
    await order("insert into kysely_migration values ('9999-from-the-future', '2040-01-01')");
    const before = await order("select * from kysely_migration order by name");
    const opening = openPostgresStore(url, parts);
    await expect(opening).rejects.toBeInstanceOf(DatabaseTooNewError);
    expect(await order("select * from kysely_migration order by name")).toEqual(before);
  });

  test("orders text by its bytes, whatever the language of the database", async () => {
    await order("create collation german (provider = icu, locale = 'de')");
    await order("alter table account alter column display_name type text collate german");
    await using again = await openPostgresStore(url, parts);
    for (const name of ["b", "a", "B"]) {
      const handle = Handle.parse(`handle_${name}${name.charCodeAt(0)}`.toLowerCase());
      await again.write((write) =>
        createAccount(write, { handle, displayName: name, passwordHash: "" }),
      );
    }
    const rows = await again.db
      .selectFrom("account")
      .select("display_name")
      .orderBy("display_name")
      .execute();
    expect(rows.map((row) => row.display_name)).toEqual(["B", "a", "b"]);
  });

  test("gives whole numbers, and no wrong ones", async () => {
    const { rows } = await sql<{
      most: number;
    }>`select ${sql.lit(Number.MAX_SAFE_INTEGER)}::bigint as most`.execute(store.db);
    expect(rows).toEqual([{ most: Number.MAX_SAFE_INTEGER }]);
    await expect(sql`select 9007199254740993::bigint as more`.execute(store.db)).rejects.toThrow(
      "beyond what is counted",
    );
  });
});

describe("works that contradict each other", () => {
  test("are done one after the other, and only what was committed is told, once and in order", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const heard: BusMessage[] = [];
    const effects: number[] = [];
    bus.subscribe(alice, (message) => heard.push(message) > 0);
    const meet = meetingOf(2);
    let tries = 0;
    const count = async (write: Write) => {
      tries += 1;
      const { length } = await write.db.selectFrom("account").select("id").execute();
      // In its first try each has read before the other writes.
      if (tries <= 2) await meet();
      await add(write, `person${length}`);
      write.deliver({ account: alice, message: { type: "heartbeat" } });
      write.afterCommit(() => void effects.push(length));
      return length;
    };
    const counted = await Promise.all([store.write(count), store.write(count)]);
    expect(counted.toSorted((one, other) => one - other)).toEqual([1, 2]);
    expect(effects).toEqual([1, 2]);
    expect(heard.map(({ frame }) => frame.sequence)).toEqual([1, 2]);
    expect(tries).toBe(3);
  });

  test("all come through, ten of them at one row", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const tell = async (write: Write) =>
      write.deliver({ account: alice, message: { type: "heartbeat" } });
    await Promise.all(Array.from({ length: 10 }, () => store.write(tell)));
    const { sequence } = await store.db
      .selectFrom("account")
      .select("sequence")
      .executeTakeFirstOrThrow();
    expect(sequence).toBe(10);
  });

  test("that throw are not done, and not tried again", async () => {
    let tries = 0;
    const throwing = store.write(async (write) => {
      tries += 1;
      await add(write, "mallory");
      throw new Error("no");
    });
    await expect(throwing).rejects.toThrow("no");
    expect(tries).toBe(1);
    expect(await store.db.selectFrom("account").select("id").execute()).toEqual([]);
  });
});

describe("a connection that is cut off", () => {
  test("fails the work on it by a stable code, and none after it", async () => {
    const cut = store.write(async (write) => {
      await add(write, "alice");
      await cutOff();
      await add(write, "bob");
    });
    await expect(cut).rejects.toBeInstanceOf(DatabaseAwayError);
    await store.write((write) => add(write, "carol"));
    const rows = await store.db.selectFrom("account").select("handle").execute();
    expect(rows).toEqual([{ handle: "carol" }]);
  });

  test("leaves nothing of the address in the log", async () => {
    await store.write((write) => add(write, "alice"));
    await cutOff();
    await expect.poll(() => logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged, Object.getOwnPropertyNames(logged[0]))).not.toContain(
      "ringfence@",
    );
  });
});

/** What stands between a node and its database, and can lose the connections that there are. */
async function darkening(address: string) {
  const ends: { near: Socket; far: Socket }[] = [];
  const { hostname, port } = new URL(address);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.on("error", () => {}).pipe(far);
    far.on("error", () => {}).pipe(near);
    ends.push({ near, far });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const through = new URL(address);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    /** PostgreSQL finds that out by its keep-alives, and lets go. */
    goDark() {
      for (const { near, far } of ends) {
        far.unpipe(near);
        near.unpipe(far);
        far.destroy();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { near, far } of ends) for (const socket of [near, far]) socket.destroy();
      server.close();
    },
  };
}

const lost = (error: Error) => void logged.push(error.message);

/** Who holds the database now. */
const holders = () =>
  order(
    "select 1 from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())",
  );

describe("a database that is held", () => {
  const logger = pino({ level: "silent" });

  test("is no other's, until it is let go", async () => {
    const held = await holdDatabase(url, { logger, isShared: false, lost });
    for (const isShared of [true, false]) {
      await expect(holdDatabase(url, { logger, isShared, lost })).rejects.toMatchObject({
        code: "database-in-use",
      });
    }
    await held[Symbol.asyncDispose]();
    await (await holdDatabase(url, { logger, isShared: false, lost }))[Symbol.asyncDispose]();
  }, 60_000);

  test("is held by those who know of each other, and by no one else", async () => {
    await using _one = await holdDatabase(url, { logger, isShared: true, lost });
    await using _other = await holdDatabase(url, { logger, isShared: true, lost });
    await expect(holdDatabase(url, { logger, isShared: false, lost })).rejects.toMatchObject({
      code: "database-in-use",
    });
  }, 60_000);

  test("is held again after the connection was lost", async () => {
    await using _held = await holdDatabase(url, { logger, isShared: false, lost });
    await cutOff();
    await expect.poll(holders, { timeout: 20_000 }).toHaveLength(1);
  });

  test("is held again after the connection went dark, of which nobody was told", async () => {
    await using network = await darkening(url);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    await using _held = await holdDatabase(network.url, { logger, isShared: false, lost });
    network.goDark();
    await vi.waitFor(async () => expect(await holders()).toEqual([]));
    await vi.advanceTimersByTimeAsync(
      postgresLimits.holdLookMs + postgresLimits.answerTimeoutMs + postgresLimits.holdRetryMs,
    );
    await vi.waitFor(async () => expect(await holders()).toHaveLength(1), { timeout: 20_000 });
  });
});

test("the secrets of a database are the same for every node", async () => {
  let made = 0;
  const make = () => `secret ${++made}`;
  const makers = { [relaySecretFile]: make, [vapidKeyFile]: make };
  const kept = await Promise.all([1, 2, 3].map(() => keepSecrets(url, makers)));
  expect(new Set(kept.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
  expect(await keepSecrets(url, makers)).toEqual(kept[0]);
});
