import { Couple, type Round } from "./couple.ts";
import type { Run } from "./document.ts";

/** One couple after another: one whose call cannot be set up is not asked again. */
export class Couples implements AsyncDisposable {
  #couple: Couple | null = null;

  async measure(round: Round): Promise<Run> {
    try {
      this.#couple ??= await Couple.meet();
      return { ...round, figures: await this.#couple.measure(round) };
    } catch (error) {
      await this[Symbol.asyncDispose]();
      return { ...round, failure: (error as Error).message };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const couple = this.#couple;
    this.#couple = null;
    await couple?.[Symbol.asyncDispose]();
  }
}
