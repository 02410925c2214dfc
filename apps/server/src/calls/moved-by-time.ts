import { type AccountId, limits } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";
import { tellWhatTimeChanged } from "../people/standings.ts";
import type { Reader, Write } from "../store/store.ts";

interface Pair {
  caller: AccountId;
  callee: AccountId;
}

/**
 * Moves the buttons that time alone moved since then, for those who have a page open: where a
 * right ran out or is paused no more, where the day is over in which one may ring back or has to
 * ask, and where an ask shows no longer. Fading, which is a matter of months, is seen when a page
 * is loaded; whoever rings is decided about at that moment anyway.
 *
 * It needs what `removeExpired` removes, so it goes before it.
 *
 * @param since Unix time in milliseconds of the round before
 */
export async function moveByTime(
  write: Write,
  since: number,
  isOpen: (account: AccountId) => boolean,
): Promise<void> {
  for (const pair of await pairsMoved(write.db, since, write.now)) {
    if (!isOpen(pair.caller) && !isOpen(pair.callee)) continue;
    await tellWhatTimeChanged(write, pair, since, isOpen);
  }
}

/** The pairs for which some time ran out in between; for most of them it changes something. */
export async function pairsMoved(db: Reader, since: number, now: number): Promise<Pair[]> {
  // A pause begins when the ring ends that caused it, and the ring stands at its beginning.
  const ringsSince = since - limits.unansweredRingsMs - serverLimits.ringLengthMsMax;
  // A day after an ask one may ask again, and when it shows no longer one may not be rung back.
  const askedBetween = (periodMs: number) =>
    db
      .selectFrom("ask")
      .select(["asker_id as caller", "asked_id as callee"])
      .where("asked_at", ">", since - periodMs)
      .where("asked_at", "<=", now - periodMs);
  return db
    .selectFrom("call_grant")
    .select(["other_id as caller", "owner_id as callee"])
    .where("until_at", ">", since)
    .where("until_at", "<=", now)
    .union(
      db
        .selectFrom("recent_ring")
        .select(["caller_id as caller", "callee_id as callee"])
        .where("rang_at", ">", ringsSince)
        .where("rang_at", "<=", now - limits.unansweredRingsMs),
    )
    .union(askedBetween(limits.askIntervalMs))
    .union(askedBetween(limits.askShownMs))
    .limit(serverLimits.movedByTimeMax)
    .execute();
}
