import { once } from "node:events";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { type Doorbell, wake } from "./doorbell.ts";
import type { Answers, Order, Question, Report, ThreadStart } from "./thread-message.ts";

type FirstReport = Extract<Report, { type: "ready" | "unfit" | "refused" }>;

export interface ThreadClientOptions {
  readonly start: Omit<ThreadStart, "channel" | "doorbell">;
  readonly doorbell: Doorbell;
  /** A local address that came later could not be bound. */
  readonly onNotBound: (code: string) => void;
}

/** The thread that moves packets, as the main thread has it: it takes orders and answers questions. */
export class ThreadClient implements AsyncDisposable {
  /** What becomes of the start. */
  readonly first: Promise<FirstReport>;
  /** Rejects when the thread ends without having been told to. */
  readonly failed: Promise<never>;
  readonly #options: ThreadClientOptions;
  readonly #channel: MessagePort;
  readonly #exited: Promise<void>;
  readonly #answers = new Map<number, (answer: Answers[keyof Answers]) => void>();
  #questions = 0;
  #event: number | undefined;
  #isStopped = false;

  constructor(options: ThreadClientOptions) {
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#channel = port1;
    const start: ThreadStart = {
      ...options.start,
      doorbell: options.doorbell.shared,
      channel: port2,
    };
    const worker = new Worker(new URL("packet-thread.ts", import.meta.url), {
      workerData: start,
      transferList: [port2],
    });
    const first = Promise.withResolvers<FirstReport>();
    const failure = Promise.withResolvers<never>();
    this.first = Promise.race([first.promise, failure.promise]);
    this.failed = failure.promise;
    // Whoever waits for it hears of it; nobody has to.
    this.failed.catch(() => undefined);
    const hear = (report: Report): void => this.#hear(report, first.resolve);
    this.#channel.on("message", hear);
    this.#exited = once(worker, "exit").then(
      () => {
        // Its last words may have come and not been heard yet.
        hearAll(this.#channel, hear);
        failure.reject(new Error("The thread that moves packets has ended."));
      },
      (error: unknown) => failure.reject(error),
    );
  }

  order(order: Order): void {
    const { doorbell } = this.#options;
    if (this.#isStopped) return;
    this.#channel.postMessage(order, []);
    doorbell.countOrder();
    this.wakeUp();
  }

  /** Asks the core. What it did before it answered it did in the order in which it was asked. */
  ask<Ask extends Question["ask"]>(
    question: Extract<Question, { ask: Ask }>,
  ): Promise<Answers[Ask]> {
    const { promise, resolve } = Promise.withResolvers<Answers[keyof Answers]>();
    const id = this.#questions++;
    this.#answers.set(id, resolve);
    this.order({ type: "question", id, question });
    return promise as Promise<Answers[Ask]>;
  }

  /** Something was left in shared memory: the thread is woken if it waits. */
  wakeUp(): void {
    if (this.#event === undefined || this.#isStopped) return;
    if (this.#options.doorbell.ring()) wake(this.#event);
  }

  /** Ends the thread, which has closed its sockets then. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.order({ type: "stop" });
    // From here on the number of the eventfd may be somebody else's.
    this.#isStopped = true;
    await this.#exited;
    this.#channel.close();
  }

  #hear(report: Report, start: (report: FirstReport) => void): void {
    switch (report.type) {
      case "ready":
        this.#event = report.event;
        return start(report);
      case "unfit":
      case "refused":
        return start(report);
      case "answer":
        this.#answers.get(report.id)?.(report.answer);
        this.#answers.delete(report.id);
        return;
      case "not-bound":
        return this.#options.onNotBound(report.code);
    }
  }
}

function hearAll(channel: MessagePort, hear: (report: Report) => void): void {
  for (;;) {
    const received: { readonly message: Report } | undefined = receiveMessageOnPort(channel);
    if (received === undefined) return;
    hear(received.message);
  }
}
