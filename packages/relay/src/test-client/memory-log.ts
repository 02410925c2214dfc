import type { RelayLog } from "../log.ts";

const patienceMs = 5_000;

/** A log that a test can read, and wait for. */
export class MemoryLog implements RelayLog {
  readonly lines: string[] = [];
  readonly #waiting: { readonly message: string; readonly resolve: () => void }[] = [];

  info(fields: object, message: string): void {
    this.#add("info", fields, message);
  }

  warn(fields: object, message: string): void {
    this.#add("warn", fields, message);
  }

  error(fields: object, message: string): void {
    this.#add("error", fields, message);
  }

  /** Waits for a line that is logged from now on. */
  next(message: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const patience = setTimeout(() => reject(new Error(`no line: ${message}`)), patienceMs);
    this.#waiting.push({
      message,
      resolve: () => {
        clearTimeout(patience);
        resolve();
      },
    });
    return promise;
  }

  #add(level: string, fields: object, message: string): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    for (const waiting of this.#waiting.filter((one) => one.message === message)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}
