import { initialCallSettings, makeId } from "@ringfence/protocol";
import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { settingsColumns, settingsOf } from "../../settings/settings-columns.ts";
import { openBareDatabase } from "../test-store.ts";
import type { Tables } from "../tables.ts";
import { accountsConversationsCalls } from "./0001-accounts-conversations-calls.ts";
import { whoMayRing } from "./0002-who-may-ring.ts";

const wroteAt = 1_790_000_000_000;
const idAt = (time: number) => makeId(time, new Uint8Array(10));

/** A database of the first version, with two people who wrote and called, as that version has it. */
async function openFirstVersion(): Promise<Kysely<Tables>> {
  const db = await openBareDatabase((empty) => accountsConversationsCalls.up(empty));
  for (const id of ["alice", "bob"]) {
    await sql`insert into account (id, handle, display_name, password_hash, created_at, calling,
        audience_mutuals, audience_people_i_follow, audience_everyone, hide_address)
      values (${id}, ${id}, ${id}, '', 1, 'on', 1, 0, 1, 1)`.execute(db);
  }
  await sql`insert into conversation (id, low_account_id, high_account_id, created_at)
    values ('c', 'alice', 'bob', 1)`.execute(db);
  for (const [me, other, entered] of [
    ["alice", "bob", 5],
    ["bob", "alice", null],
  ]) {
    await sql`insert into participation (account_id, other_account_id, conversation_id, entered_at)
      values (${me}, ${other}, 'c', ${entered})`.execute(db);
  }
  for (const [sender, time] of [
    ["alice", wroteAt - 9],
    ["alice", wroteAt],
    ["bob", wroteAt + 5],
  ] as const) {
    await sql`insert into message (id, conversation_id, sender_id, client_message_id, text, is_withheld)
      values (${idAt(time)}, 'c', ${sender}, ${String(time)}, 'x', 0)`.execute(db);
  }
  return db;
}

async function actedAt(db: Kysely<Tables>) {
  const rows = await db
    .selectFrom("participation")
    .select(["account_id", "acted_at"])
    .orderBy("account_id")
    .execute();
  return rows.map((row) => row.acted_at);
}

test("an account that was there keeps its audiences, and has every limit on", async () => {
  await using db = await openFirstVersion();
  await whoMayRing.up(db);
  const row = await db
    .selectFrom("account")
    .select(settingsColumns)
    .where("id", "=", "alice" as never)
    .executeTakeFirstOrThrow();
  expect(settingsOf(row)).toEqual({
    ...initialCallSettings,
    calling: "on",
    audiences: ["mutuals", "everyone"],
  });
});

test("fading counts from what people last did, and from nothing where they did not enter", async () => {
  await using db = await openFirstVersion();
  await whoMayRing.up(db);
  expect(await actedAt(db)).toEqual([wroteAt, null]);
});

test.each([
  ["that was rung", 1, "missed", wroteAt + 7],
  ["that was answered", 0, "answered", wroteAt + 7],
  ["that was missed", 0, "missed", wroteAt],
])("a call %s counts by what its owner did in it", async (_what, isCaller, outcome, expected) => {
  await using db = await openFirstVersion();
  await sql`insert into call_record (account_id, call_id, other_account_id, is_caller, kind, outcome,
      started_at, duration_ms)
    values ('alice', 'k', 'bob', ${isCaller}, 'audio', ${outcome}, ${wroteAt + 7}, 0)`.execute(db);
  await whoMayRing.up(db);
  expect(await actedAt(db)).toEqual([expected, null]);
});

test("fading counts for every side, however many there are", async () => {
  await using db = await openFirstVersion();
  await sql`with recursive other(n) as (select 1 union all select n + 1 from other where n < 2500)
    insert into account (id, handle, display_name, password_hash, created_at, calling,
      audience_mutuals, audience_people_i_follow, audience_everyone, hide_address)
    select 'p' || n, 'p' || n, '', '', 1, 'on', 1, 0, 1, 1 from other`.execute(db);
  await sql`insert into conversation (id, low_account_id, high_account_id, created_at)
    select 'c' || id, 'alice', id, 1 from account where id like 'p%'`.execute(db);
  await sql`insert into participation (account_id, other_account_id, conversation_id, entered_at)
    select 'alice', id, 'c' || id, 7 from account where id like 'p%'`.execute(db);
  await whoMayRing.up(db);
  const { count } = await db
    .selectFrom("participation")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("acted_at", "=", 7)
    .executeTakeFirstOrThrow();
  expect(count).toBe(2500);
});

test("nobody has any right, ask or ring that would let somebody ring", async () => {
  await using db = await openFirstVersion();
  await whoMayRing.up(db);
  for (const table of ["call_grant", "ask", "recent_ring", "address_book_entry"] as const) {
    expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
  }
});
