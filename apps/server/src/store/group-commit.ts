import type { AccountId } from "@ringfence/protocol";
import { CompiledQuery, type Kysely, type Transaction, sql } from "kysely";
import type { BusMessage } from "../bus/bus.ts";
import { serverLimits } from "../limits.ts";
import { CommitFailedError } from "./errors.ts";
import { migrate } from "./migrations/migrate.ts";
import { prepared } from "./prepared-query.ts";
import { inTransaction, openSqlite } from "./sqlite.ts";
import type { Delivery, Store, StoreParts, Write } from "./store.ts";
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

interface NumberedDelivery {
  account: AccountId;
  message: BusMessage;
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
export async function openStore(path: string, parts: StoreParts): Promise<Store> {
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
    for (const { account, message } of deliveries) {
      parts.bus.deliver(account, message).catch(parts.logError);
    }
    for (const effect of effects) {
      try {
        effect();
      } catch (error) {
        // It is durable whatever an effect of it does, and those behind it wait.
        parts.logError(error);
      }
    }
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
  const told: Delivery[] = [];
  const effects: (() => void)[] = [];
  let leavesNoTrace = false;
  const write: Write = {
    db,
    now,
    deliver: (delivery) => void told.push(delivery),
    afterCommit: (effect) => void effects.push(effect),
    leaveNoTrace: () => (leavesNoTrace = true),
  };
  await db.executeQuery(savepoint.begin);
  try {
    const result = await work(write);
    const deliveries = await numberDeliveries(db, told);
    await db.executeQuery(savepoint.release);
    return { leavesNoTrace, deliveries, effects, settle: () => resolve(result) };
  } catch (error) {
    await db.executeQuery(savepoint.rollBack);
    await db.executeQuery(savepoint.release);
    return { leavesNoTrace: false, deliveries: [], effects: [], settle: () => reject(error) };
  }
}

/** Gives each delivery the next number of its account; an account that is gone is told nothing. */
async function numberDeliveries(
  db: Transaction<Tables>,
  deliveries: readonly Delivery[],
): Promise<NumberedDelivery[]> {
  const numbered: NumberedDelivery[] = [];
  for (const [account, own] of Map.groupBy(deliveries, (delivery) => delivery.account)) {
    const [row] = await takeNumbers(db, { account, count: own.length });
    if (row === undefined) continue;
    const first = row.sequence - own.length + 1;
    for (const [index, delivery] of own.entries()) {
      numbered.push({ account, message: messageOf(delivery, first + index) });
    }
  }
  return numbered;
}

/** As many of an account's numbers as it is told messages, in one step. */
const takeNumbers = prepared(
  (db: Transaction<Tables>, taken: { account: AccountId; count: number }) =>
    db
      .updateTable("account")
      .set({ sequence: sql<number>`sequence + ${taken.count}` })
      .where("id", "=", taken.account)
      .returning("sequence"),
);

function messageOf({ message, forDevice }: Delivery, sequence: number): BusMessage {
  const numbered = { sequence, isDelivery: true };
  const frame = { ...numbered, message: message ?? { type: "heartbeat" as const } };
  if (forDevice === undefined) return { frame };
  return {
    frame,
    forDevice: { device: forDevice.device, frame: { ...numbered, message: forDevice.message } },
  };
}
