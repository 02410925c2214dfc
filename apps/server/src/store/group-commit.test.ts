import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { type AccountId, type DeviceId, Handle } from "@ringfence/protocol";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import type { BusMessage } from "../bus/bus.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { CommitFailedError } from "./errors.ts";
import { openSqliteStore } from "./group-commit.ts";
import type { Store, Write } from "./store.ts";

let directory: string;
let path: string;
let store: Store;
/** What happened, in order: deliveries and effects as the world sees them. */
let seen: string[];
const bus = createInProcessBus();
const logError = (error: unknown) => void seen.push(String(error));

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-store-"));
  path = join(directory, "test.sqlite");
  seen = [];
  store = await openSqliteStore(path, { bus, now: () => 1_000, logError });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function add(write: Write, handle: string, displayName = handle): Promise<AccountId> {
  return createAccount(write, { handle: Handle.parse(handle), displayName, passwordHash: "" });
}

/** What is on the disk, as another process sees it. */
function handlesOnDisk(): string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("select handle from account order by handle").all();
  return rows.map(({ handle }) => String(handle));
}

function listenTo(account: AccountId, name: string): BusMessage[] {
  const heard: BusMessage[] = [];
  bus.subscribe(account, (message) => {
    heard.push(message);
    seen.push(`${name} is told ${message.frame.sequence}, on disk: ${handlesOnDisk().join(" ")}`);
    return true;
  });
  return heard;
}

describe("writes of one turn", () => {
  test("share one commit, and one that throws takes nothing with it", async () => {
    const results = await Promise.allSettled([
      store.write((write) => add(write, "alice")),
      store.write(async (write) => {
        await add(write, "mallory");
        write.afterCommit(() => void seen.push("effect of mallory"));
        throw new Error("no");
      }),
      store.write((write) => add(write, "bob")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(handlesOnDisk()).toEqual(["alice", "bob"]);
    expect(seen).toEqual([]);
  });

  test("see what those before them wrote, in the order in which they were asked for", async () => {
    const counted = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.write(async (write) => {
          await add(write, `person${index}`);
          return (await write.db.selectFrom("account").select("id").execute()).length;
        }),
      ),
    );
    expect(counted).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test("that both want the same thing give it to the first", async () => {
    const results = await Promise.allSettled([
      store.write((write) => add(write, "alice", "First")),
      store.write((write) => add(write, "alice", "Second")),
    ]);
    expect(results[0]).toMatchObject({ status: "fulfilled" });
    expect(results[1]).toMatchObject({ status: "rejected", reason: { code: "handle-taken" } });
  });

  test("are not seen by a reader until they are on the disk", async () => {
    const counts: number[] = [];
    const writing = store.write(async (write) => {
      await add(write, "alice");
      counts.push(handlesOnDisk().length);
    });
    await writing;
    counts.push(handlesOnDisk().length);
    counts.push((await store.db.selectFrom("account").select("id").execute()).length);
    expect(counts).toEqual([0, 1, 1]);
  });

  test("that still wait when the store is closed are finished first", async () => {
    const writing = store.write((write) => add(write, "alice"));
    await store[Symbol.asyncDispose]();
    await writing;
    expect(handlesOnDisk()).toEqual(["alice"]);
    store = await openSqliteStore(path, { bus, now: () => 1_000, logError });
  });
});

describe("a write that shall leave no trace", () => {
  const secret = "what was said between the two of them";
  const isOnDisk = () =>
    readdirSync(directory).some((file) => readFileSync(join(directory, file)).includes(secret));

  test("leaves none in any file, of what it deleted and of what was deleted before", async () => {
    await store.write((write) => add(write, "alice", secret));
    expect(isOnDisk()).toBe(true);
    await store.write(({ db }) => db.deleteFrom("account").execute());
    expect(isOnDisk()).toBe(true);
    await store.write(async (write) => write.leaveNoTrace());
    expect(isOnDisk()).toBe(false);
  });
});

describe("a delivery", () => {
  const removed = { type: "person-removed", handle: Handle.parse("carol") } as const;

  test("leaves after the commit, then the effects run, then the writer is answered", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    listenTo(alice, "alice");
    await store.write(async (write) => {
      write.afterCommit(() => void seen.push("effect"));
      write.deliver({ account: alice, message: removed });
      await add(write, "bob");
      seen.push("work is done");
    });
    seen.push("answered");
    expect(seen).toEqual([
      "work is done",
      "alice is told 1, on disk: alice bob",
      "effect",
      "answered",
    ]);
  });

  test("is answered, and the next write runs, though an effect before it threw", async () => {
    await store.write(async (write) => {
      write.afterCommit(() => {
        throw new Error("a broken effect");
      });
      write.afterCommit(() => void seen.push("effect"));
    });
    await store.write((write) => add(write, "alice"));
    expect(seen).toEqual(["Error: a broken effect", "effect"]);
    expect(handlesOnDisk()).toEqual(["alice"]);
  });

  test("has the account's next number, counted by one over all writes", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const bob = await store.write((write) => add(write, "bob"));
    const [toAlice, toBob] = [listenTo(alice, "alice"), listenTo(bob, "bob")];
    await Promise.allSettled([
      store.write((write) => tell(write, alice)),
      store.write(async (write) => {
        await tell(write, alice);
        throw new Error("never said");
      }),
      store.write(async (write) => {
        await tell(write, bob);
        await tell(write, alice);
        await tell(write, alice);
      }),
    ]);
    await store.write((write) => tell(write, alice));
    expect(numbersOf(toAlice)).toEqual([1, 2, 3, 4]);
    expect(numbersOf(toBob)).toEqual([1]);
    expect(toAlice.every(({ frame }) => frame.isDelivery)).toBe(true);
  });

  test("may say something of its own to one device, under the same number", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const heard = listenTo(alice, "alice");
    const device = "d" as DeviceId;
    await store.write(async (write) => {
      write.deliver({ account: alice, message: null, forDevice: { device, message: removed } });
    });
    const numbered = { sequence: 1, isDelivery: true };
    expect(heard).toEqual([
      {
        frame: { ...numbered, message: { type: "heartbeat" } },
        forDevice: { device, frame: { ...numbered, message: removed } },
      },
    ]);
  });

  test("to an account that the same write deleted is none", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const heard = listenTo(alice, "alice");
    await store.write(async (write) => {
      write.deliver({ account: alice, message: removed });
      await write.db.deleteFrom("account").where("id", "=", alice).execute();
    });
    expect(heard).toEqual([]);
  });
});

describe("a commit that fails", () => {
  test("releases no effect and no delivery, and every writer of it is told", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const heard = listenTo(alice, "alice");
    const results = await Promise.allSettled([
      store.write(async (write) => {
        write.deliver({ account: alice, message: { type: "heartbeat" } });
        write.afterCommit(() => void seen.push("effect"));
        await add(write, "bob");
      }),
      store.write(breakCommit),
      store.write(async () => {
        throw new Error("its own");
      }),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(CommitFailedError) });
    }
    expect([heard, seen]).toEqual([[], []]);
    expect(handlesOnDisk()).toEqual(["alice"]);
  });

  test("is over with the next one, which counts on as if it had not been", async () => {
    const alice = await store.write((write) => add(write, "alice"));
    const heard = listenTo(alice, "alice");
    await store.write((write) => tell(write, alice));
    await Promise.allSettled([
      store.write((write) => tell(write, alice)),
      store.write(breakCommit),
    ]);
    await store.write((write) => tell(write, alice));
    expect(heard.map(({ frame }) => frame.sequence)).toEqual([1, 2]);
  });

  test("for a full disk loses the write that did not fit, and nothing else", async () => {
    const { page_count: pages } = (await readPragma("page_count")) as { page_count: number };
    await readPragma(`max_page_count = ${pages + 2}`);
    const results = await Promise.allSettled([
      store.write((write) => add(write, "small")),
      store.write(async (write) => {
        write.afterCommit(() => void seen.push("effect"));
        await add(write, "huge", "x".repeat(500_000));
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(seen).toEqual([]);
    await readPragma("max_page_count = 1000000");
    await store.write((write) => add(write, "later", "x".repeat(500_000)));
    expect(handlesOnDisk()).toEqual(["later", "small"]);
  });
});

test("a process that is killed while it writes has lost nothing that it acknowledged", async () => {
  const writer = `
    import { openSqliteStore } from ${JSON.stringify(addressOf("group-commit.ts"))};
    import { createInProcessBus } from ${JSON.stringify(addressOf("../bus/in-process-bus.ts"))};
    import { createAccount } from ${JSON.stringify(addressOf("../accounts/accounts.ts"))};
    const [path, prefix] = process.argv.slice(1);
    const store = await openSqliteStore(path, { bus: createInProcessBus(), now: Date.now, logError: console.error });
    for (let turn = 0; ; turn++) {
      const handles = [0, 1, 2].map((index) => prefix + turn + "_" + index);
      await Promise.all(handles.map(async (handle) => {
        await store.write((write) => createAccount(write, { handle, displayName: "", passwordHash: "" }));
        process.stdout.write(handle + "\\n");
      }));
    }`;
  const acknowledged: string[] = [];
  for (const [prefix, linesBefore] of [
    ["a", 1],
    ["b", 40],
    ["c", 91],
    ["d", 150],
  ] as const) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer, path, prefix], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (++lines === linesBefore) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const onDisk = new Set(handlesOnDisk());
    expect(acknowledged.filter((handle) => !onDisk.has(handle))).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThan(280);
}, 60_000);

/** Breaks a rule that is only looked at when the transaction ends. */
async function breakCommit(write: Write): Promise<void> {
  await sql`pragma defer_foreign_keys = on`.execute(write.db);
  const device = { id: "d" as DeviceId, name: "", created_at: 0, last_seen_at: 0 };
  const account_id = "nobody" as AccountId;
  await write.db
    .insertInto("device")
    .values({ ...device, account_id })
    .execute();
}

function readPragma(text: string): Promise<unknown> {
  return store.write(async ({ db }) => (await sql.raw(`pragma ${text}`).execute(db)).rows[0]);
}

function numbersOf(heard: readonly BusMessage[]): number[] {
  return heard.map(({ frame }) => frame.sequence);
}

function addressOf(module: string): string {
  return new URL(module, import.meta.url).href;
}

async function tell(write: Write, account: AccountId): Promise<void> {
  write.deliver({ account, message: { type: "heartbeat" } });
}
