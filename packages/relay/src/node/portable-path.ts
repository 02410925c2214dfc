import { type Instruction, obeyControl } from "../control/obey-control.ts";
import { shellLimits } from "../limits.ts";
import type { Speaker } from "../turn/call.ts";
import { ClosedRelay } from "../turn/closed-relay.ts";
import type { CoreFigures } from "../turn/figures.ts";
import type { FiveTuple } from "../turn/five-tuple.ts";
import type { DataPath, DataPathOptions } from "./data-path.ts";
import { nodeCrypto } from "./node-crypto.ts";
import type { Received } from "./sink.ts";
import { UdpSockets } from "./udp-sockets.ts";

/** Moves packets one by one through Node's own sockets, wherever Node runs. */
export class PortablePath implements DataPath {
  readonly kind = "portable";
  /** A fault in it is one of this very thread. */
  readonly failed = Promise.withResolvers<never>().promise;
  readonly #relay: ClosedRelay;
  readonly #options: DataPathOptions;
  readonly #sweep: NodeJS.Timeout;
  #sockets: UdpSockets | undefined;

  private constructor(options: DataPathOptions) {
    this.#options = options;
    this.#relay = new ClosedRelay({ ...options, crypto: nodeCrypto });
    this.#sweep = setInterval(() => this.#relay.sweep(Date.now()), shellLimits.sweepMs);
  }

  /**
   * Binds every address that the host names.
   *
   * @throws RelayError `relay-port-taken`, `relay-host-unavailable` or `relay-config-refused`
   */
  static async open(options: DataPathOptions): Promise<PortablePath> {
    const path = new PortablePath(options);
    try {
      path.#sockets = await UdpSockets.bind({ ...options, receive: path.receive });
    } catch (error) {
      await path[Symbol.asyncDispose]();
      throw error;
    }
    return path;
  }

  get port(): number {
    return this.#sockets?.port ?? 0;
  }

  readonly receive = (tuple: FiveTuple, bytes: Uint8Array): Received => {
    const action = this.#relay.receive(tuple, bytes, Date.now());
    if (action.type === "send") {
      this.#options.sinks.get(action.to.endpoint)?.send(action.bytes, action.to);
    }
    return "taken";
  };

  disconnect(tuple: FiveTuple): void {
    this.#relay.disconnect(tuple);
  }

  async hasAllocation(tuple: FiveTuple): Promise<boolean> {
    return this.#relay.hasAllocation(tuple, Date.now());
  }

  async obey(speaker: Speaker, instruction: Instruction): Promise<boolean> {
    return obeyControl(this.#relay, speaker, instruction, Date.now());
  }

  drain(): void {
    this.#relay.drain();
  }

  async figures(): Promise<CoreFigures> {
    return this.#relay.figures();
  }

  allocations(): number {
    return this.#relay.allocations();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await this.#sockets?.[Symbol.asyncDispose]();
  }
}
