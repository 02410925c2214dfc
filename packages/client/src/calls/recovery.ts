import { clientLimits } from "../limits.ts";

interface RecoveryActs {
  /**
   * Asks the server where the call is.
   *
   * @param isUrgent on a fresh connection too: the one that there is may be dead without a word
   */
  askServer(how: { isUrgent: boolean }): void;
  /** Nothing is asked any more. */
  rest(): void;
  /**
   * Goes over to another round: the caller's side offers it, the callee's asks for it.
   *
   * @param isNewConnection nothing came of restarting ICE
   */
  restart(how: { isNewConnection: boolean }): void;
}

/** What the server said when it was asked. */
interface ServerWord {
  /** Counts the connections to the server: another one means that a path was gone, or is another. */
  connection: number;
  /** The server has this side's offer of the current round, and no answer to it yet. */
  isWaiting: boolean;
}

/**
 * Brings a call back whose packets stopped: asks the server first, which takes hardly anything, and
 * restarts once it answers, so that no restart is begun over a path that is away. While nothing
 * comes back it tries again; a path that comes back by itself meanwhile is left alone.
 */
export class Recovery {
  readonly #acts: RecoveryActs;
  #isAway = false;
  #attempts = 0;
  /** The latest attempt: when it began, on the clock of `performance.now()`, and over what. */
  #latest: { at: number; connection: number } | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(acts: RecoveryActs) {
    this.#acts = acts;
  }

  /** Whether nothing comes from the other side. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Nothing comes from the other side any more. */
  lost(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#attempts = 0;
    const leftMs = this.#patienceMs - this.#sinceLatestMs;
    // A round that has just begun takes its time, above all on a new connection.
    if (leftMs > 0) this.#askAgain(leftMs);
    else this.#ask({ isUrgent: true });
  }

  /** Something came from the other side. */
  found(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    clearTimeout(this.#again);
    this.#acts.rest();
  }

  /** A round was begun, by whichever side: it gets its time before the next. */
  began(connection: number): void {
    this.#latest = { at: performance.now(), connection };
    if (this.#isAway) this.#askAgain(this.#patienceMs);
  }

  /**
   * The server said where the call is.
   *
   * @returns true where another round was begun, or asked for
   */
  heardServer({ connection, isWaiting }: ServerWord): boolean {
    if (!this.#isAway) return false;
    const leftMs = this.#patienceMs - this.#sinceLatestMs;
    // Over the same path an offer that waits for its answer stays good: the other side is away.
    const waitsWell = isWaiting && this.#latest?.connection === connection;
    if (leftMs > 0 || waitsWell) {
      this.#askAgain(leftMs > 0 ? leftMs : this.#patienceMs);
      return false;
    }
    this.#attempts += 1;
    const isNewConnection = this.#attempts % clientLimits.restartsBeforeNewConnection === 0;
    this.#acts.restart({ isNewConnection });
    this.began(connection);
    return true;
  }

  close(): void {
    clearTimeout(this.#again);
    if (this.#isAway) this.#acts.rest();
    this.#isAway = false;
  }

  /** Longer with each attempt: what is only slow is not to be begun again for ever. */
  get #patienceMs(): number {
    const { restartPatienceMs, restartPatienceMaxMs } = clientLimits;
    return Math.min(Math.max(1, this.#attempts) * restartPatienceMs, restartPatienceMaxMs);
  }

  get #sinceLatestMs(): number {
    return performance.now() - (this.#latest?.at ?? -Infinity);
  }

  #ask(how: { isUrgent: boolean }): void {
    this.#acts.askServer(how);
    this.#askAgain(clientLimits.restartPatienceMs);
  }

  #askAgain(afterMs: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#ask({ isUrgent: false }), afterMs);
  }
}
