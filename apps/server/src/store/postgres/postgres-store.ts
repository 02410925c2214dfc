import type { ControlledTransaction, Kysely } from "kysely";
import { postgresLimits } from "../../limits.ts";
import { Aftermath, numberDeliveries, release } from "../deliveries.ts";
import { CommitFailedError } from "../errors.ts";
import type { Store, StoreParts, Write } from "../store.ts";
import type { Tables } from "../tables.ts";
import { connectPatiently, connectPostgres } from "./connect.ts";
import { isContradiction } from "./failures.ts";
import { inWordsForOperators } from "./operator-words.ts";
import { preparePostgres } from "./prepare.ts";

type Work<T> = (write: Write) => Promise<T>;

/**
 * An operator's own PostgreSQL, which several nodes may share. Each write is a transaction by itself
 * and runs as if no other ran beside it (`SERIALIZABLE`): where two contradict each other, one is done
 * and the other begins again. Nothing of a try that was not committed is seen outside.
 *
 * @param url as `DATABASE_URL`
 * @throws DatabaseTooNewError, OperatorError `database-unusable`
 */
export async function openPostgresStore(
  url: string,
  parts: StoreParts,
  { connectionsMax }: { connectionsMax: number } = postgresLimits,
): Promise<Store> {
  await inWordsForOperators(url, async () => {
    await using patient = connectPatiently(url);
    await preparePostgres(patient);
  });
  const db = connectPostgres(url, connectionsMax, parts.logError);
  const running = new Set<Promise<unknown>>();
  return {
    db,
    async write(work) {
      const writing = writeUntilItHolds(db, work, parts);
      running.add(writing);
      try {
        return await writing;
      } finally {
        running.delete(writing);
      }
    },
    async [Symbol.asyncDispose]() {
      while (running.size > 0) await Promise.allSettled(running);
      await db.destroy();
    },
  };
}

async function writeUntilItHolds<T>(
  db: Kysely<Tables>,
  work: Work<T>,
  parts: StoreParts,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryToWrite(db, work, parts);
    } catch (error) {
      if (!isContradiction(error) || tries >= postgresLimits.triesMax) throw error;
    }
    await waitByChance(tries);
  }
}

async function tryToWrite<T>(db: Kysely<Tables>, work: Work<T>, parts: StoreParts): Promise<T> {
  const transaction = await db.startTransaction().setIsolationLevel("serializable").execute();
  const aftermath = new Aftermath();
  try {
    const result = await work(aftermath.writeOn(transaction, parts.now()));
    const deliveries = await numberDeliveries(transaction, aftermath.deliveries);
    await commit(transaction);
    release(deliveries, aftermath.effects, parts);
    return result;
  } catch (error) {
    if (!transaction.isCommitted) await rollBack(transaction);
    throw error;
  }
}

async function commit(transaction: ControlledTransaction<Tables>): Promise<void> {
  try {
    await transaction.commit().execute();
  } catch (error) {
    throw isContradiction(error) ? error : new CommitFailedError(error);
  }
}

/** A connection that is gone has rolled back by itself. */
async function rollBack(transaction: ControlledTransaction<Tables>): Promise<void> {
  if (!transaction.isRolledBack)
    await transaction
      .rollback()
      .execute()
      .catch(() => {});
}

/** Those that met wait for different times, so that they do not meet again. */
function waitByChance(tries: number): Promise<void> {
  const waitMsMax = Math.min(postgresLimits.retryWaitMsMax, 2 ** tries);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * waitMsMax));
}
