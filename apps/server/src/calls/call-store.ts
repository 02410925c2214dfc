import { type Call, dueAtOf, parseCall } from "@ringfence/call";
import { type AccountId, CallId, idRandomBytes, makeId } from "@ringfence/protocol";
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

/** Of a call that a node of another version wrote and this one cannot read: that it is there. */
export interface UnreadableCall {
  readonly state: "unreadable";
  readonly callId: CallId;
}

/** Every call of all accounts that is not over. Those that cannot be read are left out and logged. */
export async function activeCalls(db: Reader, logger: Logger): Promise<Call[]> {
  const rows = await selectAllActive(db).execute();
  return readCalls(rows, logger).filter(isReadable);
}

/**
 * Every call that is not over, or of these those at one relay. A relay takes for ended what its list
 * does not name, so this names those, too, that cannot be read.
 */
export async function callsForRelay(
  db: Reader,
  relayId: string | null,
  logger: Logger,
): Promise<(Call | UnreadableCall)[]> {
  const rows = await selectAllActive(db)
    .$if(relayId !== null, (query) => query.where("relay_id", "=", relayId))
    .execute();
  return readCalls(rows, logger);
}

/** Every call that is not over and at none of these relays, but for those that cannot be read. */
export async function callsAtOtherRelays(
  db: Reader,
  relayIds: readonly string[],
  logger: Logger,
): Promise<Call[]> {
  const rows = await selectAllActive(db)
    .$if(relayIds.length > 0, (query) => query.where("relay_id", "not in", relayIds))
    .execute();
  return readCalls(rows, logger).filter(isReadable);
}

/** Every call whose timer goes off by then, but for those that cannot be read: Unix time in milliseconds. */
export async function callsDueBy(db: Reader, dueAt: number, logger: Logger): Promise<Call[]> {
  const rows = await db
    .selectFrom("call")
    .select(["id", "state"])
    .where("due_at", "<=", dueAt)
    .execute();
  return readCalls(rows, logger).filter(isReadable);
}

/** Those that are at one of these relays, by their rows, and whose two ends may not be told yet. */
export async function callsOnTheirWay(
  db: Reader,
  relayIds: readonly string[],
  logger: Logger,
): Promise<Call[]> {
  if (relayIds.length === 0) return [];
  const rows = await selectAllActive(db)
    .where("relay_id", "in", relayIds)
    .where("state", "like", '%"isStale":true%')
    .execute();
  const calls = readCalls(rows, logger).filter(isReadable);
  return calls.filter(({ relay }) => relay.isStale);
}

function selectAllActive(db: Reader) {
  return db.selectFrom("call").select(["id", "state"]).where("ended_at", "is", null);
}

/** Calls that were logged as unreadable, so that each is logged once. */
const unreadable = new Set<CallId>();

function readCalls(
  rows: readonly Pick<CallTable, "id" | "state">[],
  logger: Logger,
): (Call | UnreadableCall)[] {
  return rows.map(({ id, state }) => {
    try {
      return parseCall(state);
    } catch {
      if (!unreadable.has(id)) logger.error(`call ${id} cannot be read by this version`);
      unreadable.add(id);
      return { state: "unreadable", callId: id };
    }
  });
}

function isReadable(call: Call | UnreadableCall): call is Call {
  return call.state !== "unreadable";
}

/**
 * Removes what another version left and this one cannot read. A call that nobody can read could never
 * end.
 *
 * @param before removes those that began before, in Unix milliseconds
 */
export async function removeUnreadableCalls(
  { db }: Write,
  logger: Logger,
  before: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  const rows = await db
    .selectFrom("call")
    .select(["id", "state"])
    .$if(Number.isFinite(before), (query) => query.where("id", "<", firstIdOf(before)))
    .execute();
  for (const { id, state } of rows) {
    try {
      parseCall(state);
    } catch {
      logger.error(`call ${id} cannot be read by this version and was removed`);
      unreadable.delete(id);
      await db.deleteFrom("call").where("id", "=", id).execute();
    }
  }
}

function firstIdOf(time: number): CallId {
  return CallId.parse(makeId(time, new Uint8Array(idRandomBytes)));
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
