import type { CallId } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import type { Reader } from "../store/store.ts";

export interface DueCallsParts {
  db: Reader;
  /** Sends `due` to one call; resolves when it is saved. */
  sendDue: (callId: CallId) => Promise<void>;
  /**
   * Whether a call may be saved of which this clock is told nothing: another node saves it and dies
   * before it wakes, or a commit happens whose answer is lost.
   */
  looksAround: boolean;
  /** Runs with each look. */
  onLook: () => void;
  now: () => number;
  logger: Logger;
}

/**
 * The timers of calls. They are rows with a due time, so that they outlive this process; here is
 * only the alarm clock, set to the earliest of them.
 */
export class DueCalls implements Disposable {
  readonly #parts: DueCallsParts;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #look: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(parts: DueCallsParts) {
    this.#parts = parts;
  }

  /** Delivers everything overdue, then keeps watch. Call it before devices are listened to. */
  async start(): Promise<void> {
    await this.#deliverOverdue();
    if (!this.#parts.looksAround || this.#isDisposed) return;
    this.#look = setInterval(() => {
      void this.#deliverOverdue(serverLimits.dueCallsOfOthersLateMs).catch((error: unknown) => {
        this.#parts.logger.error({ error }, "the calls of other nodes could not be looked after");
      });
      this.#parts.onLook();
    }, serverLimits.dueCallsOfOthersRoundMs);
  }

  wakeAt(dueAt: number): void {
    if (this.#isDisposed || dueAt >= this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = dueAt;
    const waitMs = Math.min(
      Math.max(0, dueAt - this.#parts.now()),
      serverLimits.dueCallsSleepMsMax,
    );
    this.#alarm = setTimeout(() => {
      this.#alarmAt = Number.POSITIVE_INFINITY;
      void this.#deliverOverdue().catch((error: unknown) => {
        this.#parts.logger.error({ error }, "the calls that are due could not be served");
        this.wakeAt(this.#parts.now() + serverLimits.dueCallsRetryMs);
      });
    }, waitMs);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#alarm);
    clearInterval(this.#look);
  }

  /** @param lateMs how long ago it had to be done */
  async #deliverOverdue(lateMs = 0): Promise<void> {
    for (;;) {
      const overdue = await this.#parts.db
        .selectFrom("call")
        .select("id")
        .where("due_at", "<=", this.#parts.now() - lateMs)
        .orderBy("due_at")
        .limit(serverLimits.dueCallsAtOnceMax)
        .execute();
      if (this.#isDisposed) return;
      if (overdue.length === 0) break;
      await Promise.all(overdue.map(({ id }) => this.#parts.sendDue(id)));
    }
    const next = await this.#parts.db
      .selectFrom("call")
      .select((select) => select.fn.min("due_at").as("due_at"))
      .executeTakeFirst();
    if (typeof next?.due_at === "number") this.wakeAt(next.due_at);
  }
}
