import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { Kysely, Transaction } from "kysely";
import type { Bus } from "../bus/bus.ts";
import type { CarriedMessage } from "../bus/carried-message.ts";
import type { Tables } from "./tables.ts";

/** Reading outside a transaction sees what was committed. */
export type Reader = Pick<
  Kysely<Tables>,
  "selectFrom" | "with" | "selectNoFrom" | "fn" | "executeQuery" | "getExecutor"
>;

/**
 * What an account's devices are told when the transaction is durable, and never otherwise.
 */
export interface Delivery {
  account: AccountId;
  /** What every device gets, but for the one named below. Null: nothing but the new number. */
  message: CarriedMessage | null;
  /** One device that is told something of its own. */
  forDevice?: { device: DeviceId; message: CarriedMessage };
}

/** A transaction in progress: its queries, and what happens once it is durable. */
export interface Write {
  readonly db: Transaction<Tables>;
  /** Unix time in milliseconds, one for the whole transaction. */
  readonly now: number;
  deliver(delivery: Delivery): void;
  /** What this write deletes shall not be readable in any file once it is durable. */
  leaveNoTrace(): void;
  /** Runs after the commit, before the writer is answered. What it throws is logged. */
  afterCommit(effect: () => void): void;
}

/** The port that the embedded database and PostgreSQL both fill. */
export interface Store extends AsyncDisposable {
  readonly db: Reader;
  /**
   * Runs the work in a transaction and resolves when it is durable. A work that throws changes
   * nothing and is rejected with what it threw.
   *
   * @throws CommitFailedError when the disk did not take it: nothing happened
   */
  write<T>(work: (write: Write) => Promise<T>): Promise<T>;
}

export interface StoreParts {
  bus: Pick<Bus, "deliver">;
  now: () => number;
  /** An effect of a commit threw. */
  logError: (error: unknown) => void;
}
