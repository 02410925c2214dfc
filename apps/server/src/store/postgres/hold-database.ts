import { Client } from "pg";
import { postgresLimits } from "../../limits.ts";
import type { Logger } from "../../logger.ts";
import { OperatorError } from "../../operator-error.ts";
import { setSession } from "./connect.ts";
import { inWordsForOperators } from "./operator-words.ts";

/** Chosen by chance, for nothing else in a database to have: "a server runs on it". */
const runningLock = 7_295_018_446_242;

export interface HoldParts {
  readonly logger: Logger;
  /** Others may run on it too: they tell each other what happens. */
  readonly isShared: boolean;
  /** Another took the database while this one could not reach it: this one must end. */
  readonly lost: (error: OperatorError) => void;
}

/**
 * Holds a database for as long as this server runs, so that no second one serves the same people
 * without knowing of the first. The lock is of a connection, so that a node that is killed leaves none
 * behind. Where the connection is lost, which may show only by asking, it is taken again.
 *
 * @throws OperatorError `database-in-use`, `database-unusable`
 */
export async function holdDatabase(url: string, parts: HoldParts): Promise<AsyncDisposable> {
  const held = new HeldDatabase(url, parts);
  await inWordsForOperators(url, () => held.take());
  return held;
}

class HeldDatabase implements AsyncDisposable {
  readonly #url: string;
  readonly #parts: HoldParts;
  #client: Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(url: string, parts: HoldParts) {
    this.#url = url;
    this.#parts = parts;
  }

  /** Waits a moment for one that is just ending. */
  async take(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: "ringfence (runs)",
      connectionTimeoutMillis: postgresLimits.connectTimeoutMs,
      query_timeout: postgresLimits.answerTimeoutMs,
      keepAlive: true,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      await setSession(client);
      for (let tries = 1; !(await this.#tryLock(client)); tries++) {
        if (tries >= postgresLimits.holdTriesMax) throw inUse();
        await new Promise((resolve) => setTimeout(resolve, postgresLimits.holdRetryMs));
      }
    } catch (error) {
      await client.end();
      throw error;
    }
    this.#client = client;
    const look = setInterval(() => {
      client.query("select 1").catch(() => client.end().catch(() => {}));
    }, postgresLimits.holdLookMs);
    client.once("end", () => {
      clearInterval(look);
      this.#takeAgain();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#again);
    await this.#client?.end();
  }

  async #tryLock(client: Client): Promise<boolean> {
    const how = this.#parts.isShared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
    const { rows } = await client.query<{ is_held: boolean }>(
      `select ${how}(${runningLock}) as is_held`,
    );
    return rows[0]?.is_held === true;
  }

  #takeAgain(): void {
    if (this.#isDisposed) return;
    this.#parts.logger.warn("the connection that holds the database was lost");
    this.#again = setTimeout(() => {
      this.take().catch((error: unknown) => {
        if (this.#isDisposed) return;
        if (error instanceof OperatorError) this.#parts.lost(error);
        else this.#takeAgain();
      });
    }, postgresLimits.holdRetryMs);
  }
}

function inUse(): OperatorError {
  return new OperatorError(
    "database-in-use",
    "Ringfence already runs on the database of DATABASE_URL. Stop it first, or give all of them the same NATS_URL, by which they know of each other.",
  );
}
