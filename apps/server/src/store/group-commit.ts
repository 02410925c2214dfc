import { CompiledQuery, type Kysely, type Transaction, sql } from "kysely";
import { serverLimits } from "../limits.ts";
import { Aftermath, type NumberedDelivery, numberDeliveries, release } from "./deliveries.ts";
import { CommitFailedError } from "./errors.ts";
import { migrate } from "./migrations/migrate.ts";
import { inTransaction, openSqlite } from "./sqlite.ts";
import type { Store, StoreParts, Write } from "./store.ts";
import type { Tables } from "./tables.ts";

const savepoint = {
  begin: CompiledQuery.raw("savepoint work"),
  rollBack: CompiledQuery.raw("rollback to work"),
  release: CompiledQuery.raw("release work"),
};

interface Job {
  run(db: Transaction<Tables>, now: number): Promise<Finished>;
  /** The commit failed: whatever the job said is void. */
  fail(error: CommitFailedError): void;
}

interface Finished {
  leavesNoTrace: boolean;
  deliveries: NumberedDelivery[];
  effects: (() => void)[];
  settle: () => void;
}

/**
 * The embedded database. The writes of one event-loop turn share one commit: a disk takes as long
 * to sync one write as fifty, so this is worth several times the calls per second of a commit each.
 * Inside the commit each write is a savepoint, so that one that throws takes nothing with it.
 * Nothing of a write is seen outside before the commit is on the disk.
 *
 * @param path the database file, or ":memory:"
 * @throws DatabaseTooNewError, OperatorError `database-unusable`
 */
export async function openSqliteStore(path: string, parts: StoreParts): Promise<Store> {
  const db = await openSqlite(path, migrate);
  const log = new LogEmptier(db, parts);
  // A process that was killed may have left in it what had been deleted.
  await log.empty();
  let waiting: Job[] = [];
  let running: Promise<void> = Promise.resolve();

  function enqueue(job: Job): void {
    waiting.push(job);
    if (waiting.length > 1) return;
    // An immediate runs once the callbacks of this turn's I/O are through.
    setImmediate(() => {
      running = running.then(async () => {
        const jobs = waiting;
        waiting = [];
        await commitTogether(db, jobs, parts, log);
      });
    });
  }

  return {
    db,
    write: (work) =>
      new Promise((resolve, reject) => {
        enqueue({
          run: (transaction, now) => runInSavepoint(transaction, now, work, resolve, reject),
          fail: reject,
        });
      }),
    async [Symbol.asyncDispose]() {
      while (waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
      await running;
      await db.destroy();
    },
  };
}

async function commitTogether(
  db: Kysely<Tables>,
  jobs: Job[],
  parts: StoreParts,
  log: LogEmptier,
): Promise<void> {
  const finished: Finished[] = [];
  try {
    await inTransaction(db, async (transaction) => {
      const now = parts.now();
      for (const job of jobs) finished.push(await job.run(transaction, now));
    });
  } catch (error) {
    const failure = new CommitFailedError(error);
    for (const job of jobs) job.fail(failure);
    return;
  }
  if (finished.some(({ leavesNoTrace }) => leavesNoTrace)) await log.empty();
  else await log.tryAgain();
  for (const { deliveries, effects, settle } of finished) {
    release(deliveries, effects, parts);
    settle();
  }
}

/**
 * Moves the write-ahead log into the database and cuts it to nothing: deleted rows are overwritten
 * in the one (`secure_delete`), and the other still holds them as they were. An operator's command
 * that reads meanwhile keeps it from that; it is then tried again with a later commit.
 */
class LogEmptier {
  readonly #db: Kysely<Tables>;
  readonly #parts: StoreParts;
  /** When it did not work; undefined while the log holds nothing that must go. */
  #failedAt: number | undefined;

  constructor(db: Kysely<Tables>, parts: StoreParts) {
    this.#db = db;
    this.#parts = parts;
  }

  async empty(): Promise<void> {
    try {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(
        this.#db,
      );
      this.#failedAt = rows[0]?.busy === 1 ? this.#parts.now() : undefined;
    } catch (error) {
      this.#failedAt = this.#parts.now();
      this.#parts.logError(error);
    }
  }

  /** SQLite waits for a reader, and everybody with it: not at every commit. */
  async tryAgain(): Promise<void> {
    const failedAt = this.#failedAt;
    if (failedAt === undefined) return;
    if (this.#parts.now() - failedAt >= serverLimits.emptyLogRetryMs) await this.empty();
  }
}

async function runInSavepoint<T>(
  db: Transaction<Tables>,
  now: number,
  work: (write: Write) => Promise<T>,
  resolve: (result: T) => void,
  reject: (error: unknown) => void,
): Promise<Finished> {
  const aftermath = new Aftermath();
  await db.executeQuery(savepoint.begin);
  try {
    const result = await work(aftermath.writeOn(db, now));
    const deliveries = await numberDeliveries(db, aftermath.deliveries);
    await db.executeQuery(savepoint.release);
    const { leavesNoTrace, effects } = aftermath;
    return { leavesNoTrace, deliveries, effects, settle: () => resolve(result) };
  } catch (error) {
    await db.executeQuery(savepoint.rollBack);
    await db.executeQuery(savepoint.release);
    return { leavesNoTrace: false, deliveries: [], effects: [], settle: () => reject(error) };
  }
}
