import type { Call } from "@ringfence/call";
import type { AccountId, Person } from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";

/** The names of a call's two people, as each other reads them. */
export type Participants = ReadonlyMap<AccountId, Person>;

export async function participantsOf(db: Reader, calls: readonly Call[]): Promise<Participants> {
  const ids = new Set(calls.flatMap((call) => [call.caller.accountId, call.calleeAccountId]));
  if (ids.size === 0) return new Map();
  const rows = await db
    .selectFrom("account")
    .select(["id", "handle", "display_name"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(
    rows.map((row) => [row.id, { handle: row.handle, displayName: row.display_name }]),
  );
}
