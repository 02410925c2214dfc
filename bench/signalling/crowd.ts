import type { Contender, Pair } from "./contender.ts";
import type { Device } from "./turns.ts";

/** A server takes about a thousand connections from one address; a loopback has many. */
const connectionsPerAddress = 1_000;
/** Opened at once: each wants answers before it is signed in. */
const openingAtOnce = 50;

/** Whoever is connected to a server: the two of each pair first, then those who say nothing. */
export class Crowd<Of extends Device> implements Pick<Contender, "connectPairs" | "connectIdle"> {
  readonly #signIn: (number: number, localAddress: string) => Promise<Of>;
  readonly #pairOf: (one: Of, other: Of) => Pair;
  readonly #devices: Of[] = [];

  /** @param signIn connects the person of a number, from this address of the machine */
  constructor(
    signIn: (number: number, localAddress: string) => Promise<Of>,
    pairOf: (one: Of, other: Of) => Pair,
  ) {
    this.#signIn = signIn;
    this.#pairOf = pairOf;
  }

  async connectPairs(count: number): Promise<Pair[]> {
    const first = this.#devices.length;
    await this.connectIdle(2 * count);
    return Array.from({ length: count }, (_, pair) => {
      const [one, other] = this.#devices.slice(first + 2 * pair, first + 2 * pair + 2);
      if (one === undefined || other === undefined) throw new RangeError("a pair is two");
      return this.#pairOf(one, other);
    });
  }

  async connectIdle(count: number): Promise<void> {
    const end = this.#devices.length + count;
    while (this.#devices.length < end) {
      const first = this.#devices.length;
      const numbers = Array.from(
        { length: Math.min(openingAtOnce, end - first) },
        (_, index) => first + index,
      );
      const opening = numbers.map((number) => this.#signIn(number, addressOf(number)));
      this.#devices.push(...(await Promise.all(opening)));
    }
  }

  leave(): void {
    for (const { socket } of this.#devices) {
      socket.onEnd = () => {};
      socket.end();
    }
  }
}

function addressOf(number: number): string {
  return `127.0.1.${1 + Math.floor(number / connectionsPerAddress)}`;
}
