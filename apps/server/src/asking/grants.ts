import {
  type AccountId,
  type GrantChange,
  type GrantChoice,
  type GrantKind,
  type Handle,
  type NewGrant,
  type PersonWithGrant,
  limits,
} from "@ringfence/protocol";
import { grantView } from "../calls/grant-view.ts";
import { RefusedError } from "../errors.ts";
import { refuseBlocked } from "../people/blocked.ts";
import { takeBackNever } from "../people/take-back-never.ts";
import type { Reader, Write } from "../store/store.ts";
import { endReceivedAsks } from "./asks.ts";

/**
 * Gives a person the right to ring, in the place of one that they have, and of a *never*. Their asks
 * are answered by it, and neither they nor their unanswered rings count any more.
 *
 * @throws RefusedError `you-blocked`
 */
export async function giveGrant(
  write: Write,
  me: AccountId,
  other: AccountId,
  { choice, mayBreakThrough }: NewGrant,
): Promise<void> {
  await refuseBlocked(write.db, me, other);
  const grant = {
    ...termsOf(choice, write.now),
    may_break_through: mayBreakThrough ? (1 as const) : (0 as const),
    paused_until: null,
    unanswered_count: 0,
    created_at: write.now,
  };
  await write.db
    .insertInto("call_grant")
    .values({ owner_id: me, other_id: other, ...grant })
    .onConflict((conflict) => conflict.columns(["owner_id", "other_id"]).doUpdateSet(grant))
    .execute();
  await write.db
    .updateTable("ask")
    .set({ granted_at: write.now })
    .where("asker_id", "=", other)
    .where("asked_id", "=", me)
    .where("granted_at", "is", null)
    .execute();
  await endReceivedAsks(write, me, other);
  await takeBackNever(write, me, other);
  tellGrants(write, me);
}

/**
 * Lets a right ring aloud in quiet hours, or not. One that may is never paused.
 *
 * @throws RefusedError `not-found`
 */
export async function changeGrant(
  write: Write,
  me: AccountId,
  other: AccountId,
  { mayBreakThrough }: GrantChange,
): Promise<void> {
  const changed = await write.db
    .updateTable("call_grant")
    .set(
      mayBreakThrough
        ? { may_break_through: 1, paused_until: null, unanswered_count: 0 }
        : { may_break_through: 0 },
    )
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .where((where) => where.or([where("until_at", "is", null), where("until_at", ">", write.now)]))
    .returning("kind")
    .executeTakeFirst();
  if (changed === undefined) {
    throw new RefusedError("not-found", "This person has no right to ring that you gave them.");
  }
  tellGrants(write, me);
}

/** Ends a right; where there is none, nothing changes. The other sees that it is gone, not why. */
export async function endGrant(write: Write, me: AccountId, other: AccountId): Promise<void> {
  const ended = await write.db
    .deleteFrom("call_grant")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .returning("kind")
    .executeTakeFirst();
  if (ended !== undefined) tellGrants(write, me);
}

/** One page; `next` is the handle to ask for more after, null at the end. */
export interface GrantPage {
  grants: PersonWithGrant[];
  next: Handle | null;
}

/** The people to whom the account gave a right that has not run out, by handle. */
export async function listGrants(
  db: Reader,
  me: AccountId,
  after: Handle | undefined,
  now: number,
): Promise<GrantPage> {
  let query = db
    .selectFrom("call_grant")
    .innerJoin("account as other", "other.id", "call_grant.other_id")
    .select([
      "other.handle",
      "other.display_name",
      "call_grant.kind as grant_kind",
      "call_grant.until_at",
      "call_grant.may_break_through",
      "call_grant.paused_until",
    ])
    .where("call_grant.owner_id", "=", me)
    .where((where) => where.or([where("until_at", "is", null), where("until_at", ">", now)]))
    .orderBy("other.handle")
    .limit(limits.pageEntriesMax + 1);
  if (after !== undefined) query = query.where("other.handle", ">", after);
  const rows = await query.execute();
  const page = rows.slice(0, limits.pageEntriesMax);
  const grants = page.flatMap((row) => {
    const grant = grantView(row, now);
    const person = { handle: row.handle, displayName: row.display_name };
    return grant === null ? [] : [{ person, grant }];
  });
  return {
    grants,
    next: rows.length > page.length ? (page.at(-1)?.handle ?? null) : null,
  };
}

function termsOf(choice: GrantChoice, now: number): { kind: GrantKind; until_at: number | null } {
  switch (choice) {
    case "once-24h":
      return { kind: "once", until_at: now + limits.grantOnceMs };
    case "7-days":
      return { kind: "until", until_at: now + limits.grantWeekMs };
    case "always":
      return { kind: "always", until_at: null };
  }
}

/** Every device of the owner shows the same list. */
function tellGrants(write: Write, account: AccountId): void {
  write.deliver({ account, message: { type: "grants-changed" } });
}
