import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NetworkNamespace } from "./network-namespace.ts";
import type { Order, RouterLink } from "./user-space-router.ts";

const program = fileURLToPath(import.meta.resolve("./user-space-router.ts"));

/** Commands a user-space router, which ends with the network that it runs in. */
export class RouterProcess {
  readonly #process: ChildProcess;
  /** For each line of the router that is still to come. */
  readonly #lines: PromiseWithResolvers<void>[] = [];

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.once("exit", () => {
      for (const { reject } of this.#lines.splice(0)) reject(new Error("The router has ended."));
    });
  }

  /** @throws where it cannot make its devices: it has written why */
  static async start(
    network: NetworkNamespace,
    links: readonly RouterLink[],
  ): Promise<RouterProcess> {
    const child = network.spawn(process.execPath, [program, JSON.stringify(links)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (child.stdout === null) throw new Error("The router has no output.");
    const router = new RouterProcess(child);
    createInterface(child.stdout).on("line", () => router.#lines.shift()?.resolve());
    await router.#nextLine();
    return router;
  }

  /** Resolves when the order holds. */
  async obey(order: Order): Promise<void> {
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`);
    await this.#nextLine();
  }

  #nextLine(): Promise<void> {
    const line = Promise.withResolvers<void>();
    this.#lines.push(line);
    return line.promise;
  }
}
