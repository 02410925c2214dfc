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
      // Playwright's say more in further lines.
      const [failure = ""] = (error as Error).message.split("\n");
      return { ...round, failure };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const couple = this.#couple;
    this.#couple = null;
    await couple?.[Symbol.asyncDispose]();
  }
}
