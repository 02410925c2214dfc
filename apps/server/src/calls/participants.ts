import type { Call, Effect } from "@ringfence/call";
import type { AccountId, Person } from "@ringfence/protocol";
import { prepared } from "../store/prepared-query.ts";
import type { Reader } from "../store/store.ts";

/** The names of a call's two people, as each other reads them. */
export type Participants = ReadonlyMap<AccountId, Person>;

const nobody: Participants = new Map();

/** The names of both, where some of these effects shows the call. */
export async function participantsFor(
  db: Reader,
  call: Call,
  effects: readonly Effect[],
): Promise<Participants> {
  return effects.some(showsCall) ? participantsOf(db, [call]) : nobody;
}

export async function participantsOf(db: Reader, calls: readonly Call[]): Promise<Participants> {
  const people = new Map<AccountId, Person>();
  for (const { caller, calleeAccountId } of calls) {
    const two = { caller: caller.accountId, callee: calleeAccountId };
    for (const { id, handle, display_name: displayName } of await selectTwo(db, two)) {
      people.set(id, { handle, displayName });
    }
  }
  return people;
}

const selectTwo = prepared((db: Reader, two: { caller: AccountId; callee: AccountId }) =>
  db
    .selectFrom("account")
    .select(["id", "handle", "display_name"])
    .where("id", "in", [two.caller, two.callee]),
);

function showsCall({ type }: Effect): boolean {
  return type === "ring" || type === "call-changed" || type === "accepted";
}
