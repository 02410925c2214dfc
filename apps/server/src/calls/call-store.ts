import { type Call, dueAtOf, parseCall } from "@ringfence/call";
import type { AccountId, CallId } from "@ringfence/protocol";
import type { Logger } from "../logger.ts";
import { ParsedCalls } from "./parsed-calls.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";
import type { CallTable } from "../store/tables.ts";

/** A call as it stands in the database, with the version that an update must find there. */
export interface StoredCall {
  call: Call;
  version: number;
}

/** Of a call that moves, the state that was written last is the one that is read next. */
const parsedCalls = new ParsedCalls();

export async function loadCall(db: Reader, callId: CallId): Promise<StoredCall | undefined> {
  const [row] = await selectCall(db, { callId });
  return row && { call: parsedCalls.parse(callId, row.state), version: row.version };
}

const selectCall = prepared((db: Reader, { callId }: { callId: CallId }) =>
  db.selectFrom("call").select(["state", "version"]).where("id", "=", callId),
);

/** Every call of an account that is not over, the oldest first. */
export async function activeCallsOf(db: Reader, account: AccountId): Promise<Call[]> {
  const rows = await selectActiveCalls(db, { account });
  return rows.map(({ id, state }) => parsedCalls.parse(id, state));
}

const selectActiveCalls = prepared((db: Reader, { account }: { account: AccountId }) =>
  db
    .selectFrom("call")
    .select(["id", "state"])
    .where((where) =>
      where.or([where("caller_id", "=", account), where("callee_id", "=", account)]),
    )
    .where("ended_at", "is", null)
    .orderBy("id"),
);

/** Every call of all accounts that is not over. */
export async function activeCalls(db: Reader): Promise<Call[]> {
  const rows = await db.selectFrom("call").select("state").where("ended_at", "is", null).execute();
  return rows.map((row) => parseCall(row.state));
}

/** Every call whose timer goes off by then: Unix time in milliseconds. */
export async function callsDueBy(db: Reader, dueAt: number): Promise<Call[]> {
  const rows = await db.selectFrom("call").select("state").where("due_at", "<=", dueAt).execute();
  return rows.map((row) => parseCall(row.state));
}

/** Every call that is not over and at a relay. */
export async function callsAtRelay(db: Reader, relayId: string): Promise<Call[]> {
  const rows = await db
    .selectFrom("call")
    .select("state")
    .where("ended_at", "is", null)
    .where("relay_id", "=", relayId)
    .execute();
  return rows.map((row) => parseCall(row.state));
}

/** Every call that is not over and at none of these relays. */
export async function callsAtOtherRelays(db: Reader, relayIds: readonly string[]): Promise<Call[]> {
  const rows = await db
    .selectFrom("call")
    .select("state")
    .where("ended_at", "is", null)
    .$if(relayIds.length > 0, (query) => query.where("relay_id", "not in", relayIds))
    .execute();
  return rows.map((row) => parseCall(row.state));
}

/** Those that are at one of these relays, by their rows, and whose two ends may not be told yet. */
export async function callsOnTheirWay(db: Reader, relayIds: readonly string[]): Promise<Call[]> {
  if (relayIds.length === 0) return [];
  const rows = await db
    .selectFrom("call")
    .select("state")
    .where("ended_at", "is", null)
    .where("relay_id", "in", relayIds)
    .where("state", "like", '%"isStale":true%')
    .execute();
  return rows.map((row) => parseCall(row.state)).filter(({ relay }) => relay.isStale);
}

/**
 * Removes what another version left and this one cannot read, before anybody meets it. A call that
 * nobody can read could never end.
 */
export async function removeUnreadableCalls({ db }: Write, logger: Logger): Promise<void> {
  for (const { id, state } of await db.selectFrom("call").select(["id", "state"]).execute()) {
    try {
      parseCall(state);
    } catch {
      logger.error(`call ${id} cannot be read by this version and was removed`);
      await db.deleteFrom("call").where("id", "=", id).execute();
    }
  }
}

export async function insertCall({ db }: Write, call: Call): Promise<void> {
  await insertCallRow(db, {
    id: call.callId,
    version: 1,
    caller_id: call.caller.accountId,
    callee_id: call.calleeAccountId,
    ...columnsOf(call),
  });
}

const insertCallRow = prepared((db: Write["db"], row: CallTable) => {
  const { id, version, caller_id, callee_id, state, due_at, ended_at, relay_id } = row;
  return db
    .insertInto("call")
    .values({ id, version, caller_id, callee_id, state, due_at, ended_at, relay_id });
});

/** False when another transition was saved since the call was read: read again, decide again. */
export async function updateCall({ db }: Write, call: Call, version: number): Promise<boolean> {
  const next = { callId: call.callId, version, nextVersion: version + 1, ...columnsOf(call) };
  const saved = await updateCallRow(db, next);
  return saved.length > 0;
}

type Next = { callId: CallId; version: number; nextVersion: number } & ReturnType<typeof columnsOf>;

const updateCallRow = prepared((db: Write["db"], next: Next) =>
  db
    .updateTable("call")
    .set({
      version: next.nextVersion,
      state: next.state,
      due_at: next.due_at,
      ended_at: next.ended_at,
      relay_id: next.relay_id,
    })
    .where("id", "=", next.callId)
    .where("version", "=", next.version)
    .returning("id"),
);

function columnsOf(call: Call) {
  const state = JSON.stringify(call);
  parsedCalls.remember(call, state);
  return {
    state,
    due_at: dueAtOf(call),
    relay_id: call.relay.id,
    ended_at: call.state === "ended" ? call.endedAt : null,
  };
}
