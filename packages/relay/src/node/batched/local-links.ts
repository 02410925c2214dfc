import { getSystemErrorName } from "node:util";
import { shellLimits } from "../../limits.ts";
import type { Arena } from "./arena.ts";
import type { SystemCalls } from "./system-calls.ts";
import { UdpLink } from "./udp-link.ts";

const notAvailable = "EADDRNOTAVAIL";

/** What became of following the addresses of this machine. */
export interface Followed {
  readonly hasChanged: boolean;
  /**
   * The system's codes of addresses that could not be bound. One that is still being checked for
   * duplicates (RFC 4862 §5.4) is not among them: it comes the next time.
   */
  readonly refusals: readonly string[];
}

/** The links of this machine's addresses, one each and all on one port. */
export class LocalLinks implements Disposable {
  /** By their numbers. A closed one waits for another address. */
  readonly links: UdpLink[] = [];
  readonly #arena: Arena;
  readonly #calls: SystemCalls;
  #port: number;

  constructor(arena: Arena, calls: SystemCalls, port: number) {
    this.#arena = arena;
    this.#calls = calls;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** Opens a link for each address that has none, and closes those of others. */
  follow(addresses: readonly string[]): Followed {
    const before = this.#addresses();
    for (const link of this.links) {
      if (link.address !== undefined && !addresses.includes(link.address)) link.close();
    }
    const refusals = addresses
      .filter((address) => !before.includes(address))
      .flatMap((address) => this.#open(address) ?? [])
      .filter((code) => code !== notAvailable);
    return { hasChanged: this.#addresses().join() !== before.join(), refusals };
  }

  isEmpty(): boolean {
    return this.#addresses().length === 0;
  }

  [Symbol.dispose](): void {
    for (const link of this.links) link.close();
  }

  #addresses(): string[] {
    return this.links.flatMap(({ address }) => address ?? []);
  }

  #open(address: string): string | undefined {
    let link = this.links.find((one) => one.address === undefined);
    if (link === undefined && this.links.length < shellLimits.localAddressesMax) {
      link = new UdpLink(this.#arena, this.#calls, shellLimits.batchPackets);
      this.links.push(link);
    }
    if (link === undefined) return "EMFILE";
    const port = link.open(address, this.#port);
    if (port < 0) return getSystemErrorName(port);
    this.#port = port;
    return undefined;
  }
}
