import {
  type AccountId,
  type RefusedAttempt,
  type RefusedReason,
  limits,
} from "@ringfence/protocol";
import { sql } from "kysely";
import type { Reader, Write } from "../store/store.ts";

interface Attempt {
  caller: AccountId;
  /** Undefined: a handle that nobody has. */
  callee: AccountId | undefined;
  /** Null: the cause is the caller's own, and nothing for the callee to read. */
  reason: RefusedReason | null;
}

/**
 * Notes for the callee that somebody was refused: one row a person, with the latest reason and how
 * often. What nobody is to read is noted all the same, as the caller's attempt at themselves, so that
 * a refusal writes the same whatever the cause.
 */
export async function noteAttempt(
  write: Write,
  { caller, callee, reason }: Attempt,
): Promise<void> {
  const owner = callee === undefined || reason === null ? caller : callee;
  await write.db
    .insertInto("refused_attempt")
    .values({
      owner_id: owner,
      other_id: caller,
      reason: reason ?? "no-audience",
      attempt_count: 1,
      last_at: write.now,
    })
    .onConflict((conflict) =>
      conflict.columns(["owner_id", "other_id"]).doUpdateSet({
        reason: reason ?? "no-audience",
        attempt_count: sql<number>`refused_attempt.attempt_count + 1`,
        last_at: write.now,
      }),
    )
    .execute();
}

/** One page; `next` is what to ask for more before, null at the end. */
export interface AttemptPage {
  attempts: RefusedAttempt[];
  next: string | null;
}

/**
 * Who was refused, the latest first. A cursor is time and handle, because several may be of one
 * moment.
 *
 * @param before a page's `next`; anything else is the first page
 */
export async function listAttempts(
  db: Reader,
  owner: AccountId,
  before: string | undefined,
): Promise<AttemptPage> {
  let query = db
    .selectFrom("refused_attempt as attempt")
    .innerJoin("account as other", "other.id", "attempt.other_id")
    .select([
      "other.handle",
      "other.display_name",
      "attempt.reason",
      "attempt.attempt_count",
      "attempt.last_at",
    ])
    .where("attempt.owner_id", "=", owner)
    .where("attempt.other_id", "!=", owner)
    .orderBy("attempt.last_at", "desc")
    .orderBy("other.handle", "desc")
    .limit(limits.pageEntriesMax + 1);
  const cursor = cursorOf(before);
  if (cursor !== undefined) {
    query = query.where(
      sql<boolean>`(attempt.last_at, other.handle) < (${cursor.lastAt}, ${cursor.handle})`,
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, limits.pageEntriesMax);
  const last = page.at(-1);
  return {
    attempts: page.map((row) => ({
      person: { handle: row.handle, displayName: row.display_name },
      reason: row.reason,
      count: row.attempt_count,
      lastAt: row.last_at,
    })),
    next: rows.length > page.length && last !== undefined ? `${last.last_at}.${last.handle}` : null,
  };
}

/** Forgets them all. Those who tried are not told, now or later. */
export async function clearAttempts(write: Write, owner: AccountId): Promise<void> {
  await write.db
    .deleteFrom("refused_attempt")
    .where("owner_id", "=", owner)
    .where("other_id", "!=", owner)
    .execute();
  write.leaveNoTrace();
}

function cursorOf(text: string | undefined): { lastAt: number; handle: string } | undefined {
  const [, lastAt, handle] = /^(\d{1,15})\.(\w{1,20})$/.exec(text ?? "") ?? [];
  return lastAt === undefined || handle === undefined
    ? undefined
    : { lastAt: Number(lastAt), handle };
}
