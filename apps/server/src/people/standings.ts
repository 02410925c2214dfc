import { isDeepStrictEqual } from "node:util";
import type { AccountId } from "@ringfence/protocol";
import { type Standing, standingsAt } from "../calls/pair-facts.ts";
import type { Write } from "../store/store.ts";
import { tellSide } from "./pair-views.ts";

interface Pair {
  caller: AccountId;
  callee: AccountId;
}

/**
 * Changes who of two may ring the other, and moves the buttons that this moves. It is on the way
 * of every call, so it looks at the two decisions alone, where `changePair` looks at all that the
 * two see of each other.
 */
export async function changeStandings<T>(
  write: Write,
  pair: Pair,
  change: () => Promise<T>,
): Promise<T> {
  const before = await standingsAt(write.db, pair, [write.now]);
  const result = await change();
  const after = await standingsAt(write.db, pair, [write.now]);
  await tellMoved(write, pair, [before.there[0], before.back[0]], [after.there[0], after.back[0]]);
  return result;
}

/**
 * Moves the buttons of two where time alone changed who may ring: a right ran out, or the time to
 * ring back.
 *
 * @param since Unix time in milliseconds, before the write's
 * @param isOpen whether a page of the account is open; the other one takes no number of theirs,
 *   which would tell them that somebody else's page is
 */
export async function tellWhatTimeChanged(
  write: Write,
  pair: Pair,
  since: number,
  isOpen: (account: AccountId) => boolean,
): Promise<void> {
  const { there, back } = await standingsAt(write.db, pair, [since, write.now]);
  await tellMoved(write, pair, [there[0], back[0]], [there[1], back[1]], isOpen);
}

/** How the caller stands with the callee, and the callee with the caller. */
type Both = readonly [there: Standing | undefined, back: Standing | undefined];

async function tellMoved(
  write: Write,
  { caller, callee }: Pair,
  before: Both,
  after: Both,
  isTold: (account: AccountId) => boolean = () => true,
): Promise<void> {
  if (isTold(caller)) await tellOne(write, caller, callee, before, after);
  if (!isTold(callee)) return;
  await tellOne(write, callee, caller, [before[1], before[0]], [after[1], after[0]]);
}

/**
 * Tells one of the two: of their own button, and of the right that they gave. When only the
 * other's button moved, their list of who can ring is another. What the other may do is looked at
 * as the viewer may know it: a list that stands still would tell of a block.
 */
async function tellOne(
  write: Write,
  viewer: AccountId,
  other: AccountId,
  [ownBefore, theirsBefore]: Both,
  [own, theirs]: Both,
): Promise<void> {
  const isOwnSame = isDeepStrictEqual(ownBefore?.call, own?.call);
  if (!isOwnSame || !isDeepStrictEqual(theirsBefore?.shown.grant, theirs?.shown.grant)) {
    await tellSide(write, viewer, other);
  }
  if (theirsBefore?.shown.callButton !== theirs?.shown.callButton) {
    write.deliver({ account: viewer, message: { type: "grants-changed" } });
  }
}
