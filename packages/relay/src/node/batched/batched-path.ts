import type { Instruction } from "../../control/obey-control.ts";
import { shellLimits } from "../../limits.ts";
import type { Speaker } from "../../turn/call.ts";
import type { CoreFigures } from "../../turn/figures.ts";
import type { FiveTuple } from "../../turn/five-tuple.ts";
import { bindRefusal, noAddress } from "../bind-refusal.ts";
import type { DataPath, DataPathOptions } from "../data-path.ts";
import { isWildcard, localAddresses } from "../local-addresses.ts";
import type { Received } from "../sink.ts";
import { Doorbell } from "./doorbell.ts";
import { FrameRing } from "./frame-ring.ts";
import { missingForBatches } from "./native-system.ts";
import { StreamSwitch } from "./stream-switch.ts";
import { ThreadClient } from "./thread-client.ts";

/** Why a system cannot move packets in batches, in words. */
export interface Unfit {
  readonly unfit: string;
}

/**
 * Moves packets in batches, on 64-bit Linux: a thread of its own holds the core and the sockets
 * (`packet-thread.ts`), and this is the main thread's end of it.
 */
export class BatchedPath implements DataPath {
  readonly kind = "batched";
  readonly #options: DataPathOptions;
  readonly #doorbell = new Doorbell();
  readonly #thread: ThreadClient;
  readonly #streams: StreamSwitch;
  #port = 0;
  #rescan: NodeJS.Timeout | undefined;

  private constructor(options: DataPathOptions) {
    this.#options = options;
    const doorbell = this.#doorbell;
    const incoming = FrameRing.make(shellLimits.frameRingBytes);
    const outgoing = FrameRing.make(shellLimits.frameRingBytes);
    const { port, secret, limits, isAlone, log } = options;
    this.#thread = new ThreadClient({
      start: {
        addresses: localAddresses(options.host),
        port,
        secret,
        limits,
        isAlone,
        fromStreams: incoming.shared,
        toStreams: outgoing.shared,
      },
      doorbell,
      onNotBound: (code) => log.warn({ code }, "relay could not bind a new address"),
    });
    this.#streams = new StreamSwitch({
      ...options,
      doorbell,
      incoming,
      outgoing,
      open: (stream, tuple) => this.#thread.order({ type: "open-stream", stream, tuple }),
    });
  }

  /**
   * Binds every address that the host names.
   *
   * @returns why that cannot be on this system, where it is not a matter of settings
   * @throws RelayError `relay-port-taken`, `relay-host-unavailable` or `relay-config-refused`
   */
  static async open(options: DataPathOptions): Promise<BatchedPath | Unfit> {
    const unfit = missingForBatches() ?? tooManyAddresses(options.host);
    if (unfit !== undefined) return { unfit };
    const path = new BatchedPath(options);
    const first = await path.#thread.first;
    if (first.type === "ready") {
      path.#begin(first.port);
      return path;
    }
    await path[Symbol.asyncDispose]();
    if (first.type === "unfit") return { unfit: first.reason };
    throw first.code === undefined ? noAddress() : bindRefusal(first.code, options.port);
  }

  get port(): number {
    return this.#port;
  }

  get failed(): Promise<never> {
    return this.#thread.failed;
  }

  readonly receive = (tuple: FiveTuple, frame: Uint8Array): Received => {
    const received = this.#streams.put(tuple, frame);
    this.#thread.wakeUp();
    return received;
  };

  disconnect(tuple: FiveTuple): void {
    const stream = this.#streams.close(tuple);
    if (stream !== undefined) this.#thread.order({ type: "close-stream", stream });
  }

  hasAllocation(tuple: FiveTuple): Promise<boolean> {
    return this.#thread.ask({ ask: "has-allocation", tuple });
  }

  obey(speaker: Speaker, instruction: Instruction): Promise<boolean> {
    return this.#thread.ask({ ask: "instruct", speaker, instruction });
  }

  drain(): void {
    this.#thread.order({ type: "drain" });
  }

  figures(): Promise<CoreFigures> {
    return this.#thread.ask({ ask: "figures" });
  }

  allocations(): number {
    return this.#doorbell.allocations;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#rescan);
    this.#streams[Symbol.dispose]();
    await this.#thread[Symbol.asyncDispose]();
  }

  #begin(port: number): void {
    this.#port = port;
    if (!isWildcard(this.#options.host)) return;
    this.#rescan = setInterval(() => this.#follow(), shellLimits.addressRescanMs).unref();
  }

  /** Machines gain and lose addresses while they run, with a network or with the hour (RFC 8981). */
  #follow(): void {
    // Also where they are the same: one that was still being checked can be bound now.
    this.#thread.order({ type: "follow", addresses: localAddresses(this.#options.host) });
  }
}

function tooManyAddresses(host: string): string | undefined {
  const { localAddressesMax } = shellLimits;
  if (localAddresses(host).length <= localAddressesMax) return undefined;
  return `this machine has more addresses than ${localAddressesMax}`;
}
