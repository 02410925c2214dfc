/**
 * What waits until the two have agreed to speak: in a direct call, all that would show the other side
 * where this browser is.
 */
export class OnceAgreed {
  /** Null from then on. */
  #waiting: (() => void)[] | null = [];

  do(act: () => void): void {
    if (this.#waiting === null) act();
    else this.#waiting.push(act);
  }

  agree(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const act of waiting) act();
  }

  /** What waits is of a round that is over. */
  forget(): void {
    if (this.#waiting !== null) this.#waiting = [];
  }
}
