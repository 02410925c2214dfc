import type { Bench } from "./bench.ts";
import { type ServerName, startServer, type TurnServer } from "./turn-server.ts";

/**
 * One server of each kind, started when it is first wanted and kept: it is measured warm. Those that
 * wait for their turn use next to no CPU.
 */
export class Fleet implements AsyncDisposable {
  readonly #servers = new Map<ServerName, Promise<TurnServer>>();

  /** @throws Error when it could not be started, every time, or when it has ended */
  async get(name: ServerName, bench: Bench): Promise<TurnServer> {
    const starting = this.#servers.get(name) ?? startServer(name, bench);
    this.#servers.set(name, starting);
    const server = await starting;
    if (server.hasEnded()) throw new Error("It has ended.");
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await Promise.allSettled(this.#servers.values());
    const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  }
}
