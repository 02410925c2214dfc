import { shellLimits } from "../limits.ts";
import { type FiveTuple, fiveTuple } from "../turn/five-tuple.ts";

/**
 * The five-tuples of the clients of one UDP socket, made once for each: a text that is put together and
 * hashed for every packet is a good part of what a packet costs.
 */
export class KnownClients {
  readonly #endpoint: string;
  readonly #byAddress = new Map<string, Map<number, FiveTuple>>();
  #count = 0;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  tupleOf(address: string, port: number): FiveTuple {
    return this.#byAddress.get(address)?.get(port) ?? this.#add(address, port);
  }

  /** How many are kept. */
  get count(): number {
    return this.#count;
  }

  #add(address: string, port: number): FiveTuple {
    // Strangers come without end. Whoever still sends is known again with the next packet.
    if (this.#count >= shellLimits.knownClientsMax) {
      this.#byAddress.clear();
      this.#count = 0;
    }
    const tuple = fiveTuple("udp", this.#endpoint, address, port);
    const ports = this.#byAddress.get(address);
    if (ports === undefined) this.#byAddress.set(address, new Map([[port, tuple]]));
    else ports.set(port, tuple);
    this.#count += 1;
    return tuple;
  }
}
