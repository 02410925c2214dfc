import { limits } from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import { whoMayBeOpen } from "../bus/who-may-be-open.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import { removeOldCalls } from "../records/call-record-days.ts";
import { removeExpiredCodes } from "../recovery/recovery-codes.ts";
import { removeExpiredResets } from "../recovery/reset-links.ts";
import type { Store, Write } from "../store/store.ts";
import { removeUnreadableCalls } from "./call-store.ts";
import { moveByTime, pairsMoved } from "./moved-by-time.ts";

export interface RetentionParts {
  store: Store;
  now: () => number;
  bus: Pick<Bus, "isOpen" | "isMine">;
  callRecordDays: number;
  endExpiredLogins: (write: Write) => Promise<void>;
  logger: Logger;
}

/** The name under which one node of all does it. */
const job = "retention";

/**
 * Removes what the server promised not to keep, and moves the buttons that the passing of time
 * moves: now, and every minute until disposed. Of several nodes one does it.
 */
export function keepRetention(parts: RetentionParts): Disposable {
  const { store, now, callRecordDays, bus, logger } = parts;
  let since = now();
  let roundBefore = since;
  const round = async () => {
    if (!bus.isMine(job)) {
      // Whoever takes over begins where the other node may have ended.
      since = roundBefore;
      roundBefore = now();
      return;
    }
    // Nodes are asked before the write, which nobody waits for then.
    const moved = await pairsMoved(store.db, since, now() + serverLimits.retentionWriteMsMax);
    const concerned = moved.flatMap(({ caller, callee }) => [caller, callee]);
    const open = await whoMayBeOpen(concerned, (account) => bus.isOpen(account));
    await store.write(async (write) => {
      await moveByTime(write, since, (account) => open.has(account));
      await removeExpired(write, callRecordDays);
      // Those that a node of another version could still have served.
      await removeUnreadableCalls(write, logger, write.now - serverLimits.unreadableCallKeptMs);
      await parts.endExpiredLogins(write);
      write.afterCommit(() => (since = roundBefore = write.now));
    });
  };
  const tryRound = () => {
    round().catch((error: unknown) => logger.error({ error }, "what has expired was not removed"));
  };
  tryRound();
  const timer = setInterval(tryRound, serverLimits.retentionRoundMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * Removes everything whose time has passed at the write's `now`.
 *
 * @internal for its test
 */
export async function removeExpired(write: Write, callRecordDays: number): Promise<void> {
  const { db, now } = write;
  if (await removeOldCalls(write, callRecordDays)) write.leaveNoTrace();
  await db.deleteFrom("one_time_link").where("expires_at", "<=", now).execute();
  await removeExpiredCodes(write);
  await removeExpiredResets(write);
  await forgetRings(write);
  await forgetRules(write);
  await forgetWords(write);
}

/** Who rang whom, of which nothing is to be read in any file afterwards either. */
async function forgetRings(write: Write): Promise<void> {
  const { db, now } = write;
  const forgotten = [
    await db
      .deleteFrom("call")
      .where("ended_at", "<", now - serverLimits.endedCallKeptMs)
      .executeTakeFirst(),
    await db
      .deleteFrom("recent_ring")
      .where("rang_at", "<=", now - serverLimits.recentRingKeptMs)
      .executeTakeFirst(),
  ];
  if (forgotten.some(({ numDeletedRows }) => numDeletedRows > 0n)) write.leaveNoTrace();
}

/** What was remembered for the rules of who may ring, and no rule asks about any more. */
async function forgetRules({ db, now }: Write): Promise<void> {
  await db
    .updateTable("participation")
    .set({ rang_at: null })
    .where("rang_at", "<=", now - limits.firstRingAfterMs)
    .execute();
  await db
    .updateTable("participation")
    .set({ call_back_revoked_at: null })
    .where("call_back_revoked_at", "<=", now - limits.askShownMs)
    .execute();
  await db.deleteFrom("call_grant").where("until_at", "<=", now).execute();
  await db.deleteFrom("invitation").where("expires_at", "<=", now).execute();
}

/** What people wrote or tried, of which nothing is to be read in any file afterwards. */
async function forgetWords(write: Write): Promise<void> {
  const { db, now } = write;
  const forgotten = [
    await db
      .deleteFrom("ask")
      .where("asked_at", "<=", now - limits.asksPeriodMs)
      .executeTakeFirst(),
    await db
      .deleteFrom("refused_attempt")
      .where("last_at", "<=", now - serverLimits.refusedAttemptKeptMs)
      .executeTakeFirst(),
    await db
      .deleteFrom("report")
      .where("closed_at", "<=", now - serverLimits.closedReportKeptMs)
      .executeTakeFirst(),
  ];
  if (forgotten.some(({ numDeletedRows }) => numDeletedRows > 0n)) write.leaveNoTrace();
}
