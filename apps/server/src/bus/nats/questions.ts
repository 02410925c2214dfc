import { busLimits } from "../bus-limits.ts";

/** What other nodes said: one of them did, none of them did, or it cannot be known. */
export type Answer = "yes" | "no" | "unknown";

interface Question {
  answer: (answer: Answer) => void;
  timer: NodeJS.Timeout;
}

/** Questions to whichever other node can say yes, until they are answered. */
export class Questions {
  readonly #open = new Map<string, Question>();
  #latest = 0;

  /**
   * @param publish sends the question with the number under which it is answered; false where it
   *   cannot be sent
   */
  ask(publish: (number: string) => boolean): Promise<Answer> {
    if (this.#open.size >= busLimits.questionsMax) return Promise.resolve("unknown");
    const number = (++this.#latest).toString(36);
    return new Promise((resolve) => {
      if (!publish(number)) {
        resolve("unknown");
        return;
      }
      const timer = setTimeout(() => this.#close(number, "unknown"), busLimits.answerMs);
      this.#open.set(number, { answer: resolve, timer });
    });
  }

  /** `nobody`: no node is asked that could answer. */
  answered(number: string, said: "yes" | "no" | "nobody"): void {
    const question = this.#open.get(number);
    if (question === undefined) return;
    if (said !== "no") {
      this.#close(number, said === "yes" ? "yes" : "no");
      return;
    }
    // Another node may say yes yet.
    clearTimeout(question.timer);
    question.timer = setTimeout(() => this.#close(number, "no"), busLimits.otherAnswersMs);
  }

  /** Nobody can be heard any more. */
  giveUp(): void {
    for (const number of this.#open.keys()) this.#close(number, "unknown");
  }

  #close(number: string, answer: Answer): void {
    const question = this.#open.get(number);
    if (question === undefined) return;
    clearTimeout(question.timer);
    this.#open.delete(number);
    question.answer(answer);
  }
}
