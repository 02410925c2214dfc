import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AskId, Handle, type InvitationId, type ReportId, limits } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { answerAsk } from "../asking/answer-ask.ts";
import { ask, withdrawAsk } from "../asking/asks.ts";
import { serverLimits } from "../limits.ts";
import { changeRetention } from "../records/call-record-days.ts";
import { closeReport, listOpenReports, report } from "../reports/reports.ts";
import type { Tables } from "../store/tables.ts";
import { dumpTables, isOnPostgres } from "../store/test-store.ts";
import {
  type World,
  alice,
  bob,
  carol,
  invite,
  newId,
  openWorld,
  seed,
} from "./calls-test-world.ts";
import { keepRetention, removeExpired } from "./retention.ts";

const dayMs = 86_400_000;

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-retention-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ringAndCancel(): Promise<void> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error("not ringing");
  await world.calls.handle(alice, { type: "cancel", callId: answer.call.callId });
}

const rowsIn = (table: "call" | "call_record") =>
  world.store.db.selectFrom(table).selectAll().execute();

test("records of calls are kept for as many days as the operator said, and not a moment longer", async () => {
  await ringAndCancel();
  const rangAt = world.clock.now;
  world.clock.now = rangAt + 30 * dayMs;
  await world.store.write((write) => removeExpired(write, 30));
  expect((await rowsIn("call_record")).map((row) => row.account_id).toSorted()).toEqual(
    [alice.account, bob.account].toSorted(),
  );
  world.clock.now += 1;
  await world.store.write((write) => removeExpired(write, 30));
  expect(await rowsIn("call_record")).toEqual([]);
});

test("an account keeps its calls for as few days as it chose, whatever the other one chose", async () => {
  await ringAndCancel();
  await world.store.write((write) => changeRetention(write, bob.account, 7, 30));
  await lapse(7 * dayMs);
  expect(await rowsIn("call_record")).toHaveLength(2);
  await lapse(1);
  expect((await rowsIn("call_record")).map((row) => row.account_id)).toEqual([alice.account]);
});

test("an account that keeps no calls has none from that moment on, and more than the server's is none more", async () => {
  await ringAndCancel();
  const change = (days: number) =>
    world.store.write((write) => changeRetention(write, bob.account, days, 30));
  expect(await change(99)).toEqual({ callRecordDays: 30, callRecordDaysMax: 30 });
  expect(await rowsIn("call_record")).toHaveLength(2);
  expect(await change(0)).toEqual({ callRecordDays: 0, callRecordDaysMax: 30 });
  world.clock.now += 1;
  await ringAndCancel();
  expect((await rowsIn("call_record")).map((row) => row.account_id)).toEqual([
    alice.account,
    alice.account,
  ]);
});

test("a call that is over is forgotten within minutes, one that goes on never", async () => {
  await ringAndCancel();
  await world.calls.handle(alice, invite("bob"));
  world.clock.now += dayMs;
  await world.store.write((write) => removeExpired(write, 30));
  const left = await rowsIn("call");
  expect(left.map((row) => row.ended_at)).toEqual([null]);
});

/** How many rows there are, of the tables that are given. */
async function counts(...tables: (keyof Tables)[]): Promise<number[]> {
  const rows = [];
  for (const table of tables) {
    rows.push((await world.store.db.selectFrom(table).selectAll().execute()).length);
  }
  return rows;
}

const lapse = async (ms: number) => {
  world.clock.now += ms;
  await world.store.write((write) => removeExpired(write, 30));
};

/** On how many sides of a conversation it is known when one last rang. */
async function rangCount(): Promise<number> {
  const sides = await world.store.db.selectFrom("participation").select("rang_at").execute();
  return sides.filter(({ rang_at }) => rang_at !== null).length;
}

describe("what somebody wrote is in no file of the database", () => {
  const words = "unmistakable words about the opera";
  /** PostgreSQL has no files that anybody could promise something of: what its tables hold. */
  async function placesWithWords(): Promise<string[]> {
    if (isOnPostgres) {
      const tables = Object.entries(await dumpTables(world.store.db));
      return tables.map(([, rows]) => JSON.stringify(rows)).filter((rows) => rows.includes(words));
    }
    return readdirSync(directory).filter((name) =>
      readFileSync(join(directory, name)).includes(words),
    );
  }

  const asking = () => world.store.write((write) => ask(write, alice.account, bob.account, words));

  async function reporting(): Promise<ReportId> {
    const about = { handle: Handle.parse("bob"), about: "person", text: words } as const;
    await world.store.write((write) => report(write, alice.account, bob.account, about));
    const [open] = await listOpenReports(world.store.db);
    if (open === undefined) throw new Error("there is no report");
    await world.store.write((write) => closeReport(write, open.id));
    return open.id;
  }

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      "once an ask is withdrawn",
      asking,
      () => world.store.write((write) => withdrawAsk(write, alice.account, bob.account)),
    ],
    [
      "once an ask is answered",
      asking,
      () => world.store.write((write) => answerAsk(write, bob.account, alice.account, "not-now")),
    ],
    ["a week after an ask that nobody answered", asking, () => lapse(limits.asksPeriodMs)],
    ["30 days after a report was closed", reporting, () => lapse(30 * dayMs)],
  ])("%s", async (_when, writeThem, end) => {
    await writeThem();
    expect(await placesWithWords()).not.toEqual([]);
    await end();
    expect(await placesWithWords()).toEqual([]);
  });

  test("but of a report until the operator closed it, and 30 days more", async () => {
    const about = { handle: Handle.parse("bob"), about: "person", text: words } as const;
    await world.store.write((write) => report(write, alice.account, bob.account, about));
    await lapse(100 * dayMs);
    expect(await listOpenReports(world.store.db)).toHaveLength(1);
    await reporting();
    await lapse(30 * dayMs - 1);
    expect(await counts("report")).toEqual([2]);
  });
});

describe("what is remembered for the rules of who may ring", () => {
  const pair = { owner_id: bob.account, other_id: alice.account };
  const started = { created_at: 0 };

  test("of a ring goes after a day, but for when one last rang and acted", async () => {
    await ringAndCancel();
    await lapse(dayMs);
    expect(await counts("recent_ring")).toEqual([1]);
    await lapse(dayMs / 24);
    expect(await counts("recent_ring")).toEqual([0]);
    expect(await rangCount()).toBe(1);
    await lapse(limits.firstRingAfterMs);
    expect(await rangCount()).toBe(0);
  });

  test("of a right goes with it, and one without an end stays", async () => {
    const grant = { paused_until: null, may_break_through: 0, unanswered_count: 0 } as const;
    const until_at = world.clock.now + dayMs;
    await world.store.write(async ({ db }) => {
      await db
        .insertInto("call_grant")
        .values([
          { ...pair, ...grant, ...started, kind: "until", until_at },
          {
            ...pair,
            owner_id: carol.account,
            ...grant,
            ...started,
            kind: "always",
            until_at: null,
          },
        ])
        .execute();
    });
    await lapse(dayMs - 1);
    expect(await counts("call_grant")).toEqual([2]);
    await lapse(1);
    expect(await counts("call_grant")).toEqual([1]);
  });

  test("of asks, attempts and invitations goes when its time is over", async () => {
    const { now } = world.clock;
    await world.store.write(async ({ db }) => {
      await db
        .insertInto("ask")
        .values({
          id: newId() as AskId,
          asker_id: alice.account,
          asked_id: bob.account,
          reason: "",
          asked_at: now,
          withdrawn_at: null,
          answered_at: null,
          granted_at: null,
        })
        .execute();
      await db
        .insertInto("refused_attempt")
        .values({ ...pair, reason: "no-audience", attempt_count: 1, last_at: now })
        .execute();
      await db
        .insertInto("invitation")
        .values({
          id: newId() as InvitationId,
          token_hash: "",
          inviter_id: bob.account,
          taken_by_id: null,
          is_first_account: 0,
          created_at: now,
          expires_at: now + limits.invitationLifetimeMs,
        })
        .execute();
    });
    await lapse(7 * dayMs - 1);
    expect(await counts("ask", "refused_attempt", "invitation")).toEqual([1, 1, 1]);
    await lapse(1);
    expect(await counts("ask", "refused_attempt", "invitation")).toEqual([0, 1, 0]);
    await lapse(23 * dayMs);
    expect(await counts("ask", "refused_attempt", "invitation")).toEqual([0, 0, 0]);
  });

  test("of a right that was taken back goes with the week in which it would have held", async () => {
    const taken = () =>
      world.store.db
        .selectFrom("participation")
        .select("call_back_revoked_at")
        .where("account_id", "=", bob.account)
        .executeTakeFirstOrThrow();
    await world.store.write(({ db, now }) =>
      db
        .updateTable("participation")
        .set({ call_back_revoked_at: now })
        .where("account_id", "=", bob.account)
        .execute(),
    );
    await lapse(limits.askShownMs - 1);
    expect(await taken()).not.toEqual({ call_back_revoked_at: null });
    await lapse(1);
    expect(await taken()).toEqual({ call_back_revoked_at: null });
  });
});

test("of several nodes one removes what has expired, and another when that one is gone", async () => {
  await ringAndCancel();
  world.clock.now += 31 * dayMs;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    let isMine = false;
    using _ = keepRetention({
      store: world.store,
      now: () => world.clock.now,
      bus: { isOpen: async () => false, isMine: () => isMine },
      callRecordDays: 30,
      endExpiredLogins: async () => {},
      logger: pino({ level: "silent" }),
    });
    vi.advanceTimersByTime(serverLimits.retentionRoundMs);
    await world.store.write(async () => {});
    expect(await rowsIn("call_record")).toHaveLength(2);
    isMine = true;
    vi.advanceTimersByTime(serverLimits.retentionRoundMs);
    await expect.poll(() => rowsIn("call_record")).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
