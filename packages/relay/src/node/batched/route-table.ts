import { isRouteGood, type Route } from "../../turn/route.ts";
import { constant } from "./system-calls.ts";

const linesPerBucket = 4;
const wordsPerLine = 16;
const wordsPerKey = 8;
const linkWord = 8;
const addressWord = 9;
const wordsPerAddress = 7;

/**
 * What the core answered, by who sends to which channel or peer, in numbers: a table with open
 * addressing, in buckets of four lines, that never grows. It decides nothing. A line is good while
 * its route is; when it is not, or was overwritten by another, the core is asked again.
 *
 * A line is one cache line: a key of eight words (`PacketKey`), the link that leads to the receiver,
 * and the receiver's `sockaddr`.
 */
export class RouteTable {
  readonly #lines: Int32Array;
  readonly #routes: (Route | undefined)[];
  readonly #bucketMask: number;
  readonly #seed: number;
  #line = 0;
  #evictions = 0;

  /**
   * @param lines a power of two
   * @param seed a random number, so that nobody can choose addresses that meet in one bucket
   */
  constructor(lines: number, seed: number) {
    this.#lines = new Int32Array(lines * wordsPerLine);
    this.#routes = Array.from({ length: lines }, () => undefined);
    this.#bucketMask = lines / linesPerBucket - 1;
    this.#seed = seed | 0;
  }

  /** The route for a key, if it is known and good. `link` and `copyAddress` are about it then. */
  find(key: Int32Array, now: number): Route | undefined {
    const first = this.#bucketOf(key);
    for (let line = first; line < first + linesPerBucket; line++) {
      if (!this.#has(line, key)) continue;
      const route = this.#routes[line];
      if (route === undefined || !isRouteGood(route, now)) return undefined;
      this.#line = line;
      return route;
    }
    return undefined;
  }

  /**
   * Keeps a route for a key, in place of what was known or of a route that is no longer good.
   *
   * @param link to the receiver
   * @param address the receiver's `sockaddr` in seven words
   */
  keep(key: Int32Array, route: Route, link: number, address: Int32Array, now: number): void {
    const line = this.#lineFor(key, now);
    this.#line = line;
    this.#routes[line] = route;
    this.#lines.set(key, line * wordsPerLine);
    this.#lines[line * wordsPerLine + linkWord] = link;
    this.#lines.set(address, line * wordsPerLine + addressWord);
  }

  /** The link of the route that was found or kept last. */
  get link(): number {
    return this.#lines[this.#line * wordsPerLine + linkWord] ?? 0;
  }

  /** Whether the receiver's address is of IPv4, of the route that was found or kept last. */
  get isIpv4(): boolean {
    const family = this.#lines[this.#line * wordsPerLine + addressWord] ?? 0;
    return (family & 0xffff) === constant.familyIpv4;
  }

  /** Copies the receiver's `sockaddr`, of the route that was found or kept last. */
  copyAddress(words: Int32Array, at: number): void {
    const from = this.#line * wordsPerLine + addressWord;
    for (let i = 0; i < wordsPerAddress; i++) words[at + i] = this.#lines[from + i] ?? 0;
  }

  /** Lets go of what is no longer good: routes hold allocations, which hold calls. */
  sweep(now: number): void {
    for (const [line, route] of this.#routes.entries()) {
      if (route !== undefined && !isRouteGood(route, now)) this.#routes[line] = undefined;
    }
  }

  /** Forgets everything, where links have got another meaning. */
  clear(): void {
    this.#routes.fill(undefined);
  }

  /** The line that has the key, or one that is free, or in a full bucket each in turn. */
  #lineFor(key: Int32Array, now: number): number {
    const first = this.#bucketOf(key);
    let free: number | undefined;
    for (let line = first; line < first + linesPerBucket; line++) {
      if (this.#has(line, key)) return line;
      const route = this.#routes[line];
      if (route === undefined || !isRouteGood(route, now)) free ??= line;
    }
    return free ?? first + (this.#evictions++ & (linesPerBucket - 1));
  }

  #has(line: number, key: Int32Array): boolean {
    const at = line * wordsPerLine;
    for (let i = 0; i < wordsPerKey; i++) if (this.#lines[at + i] !== key[i]) return false;
    return true;
  }

  #bucketOf(key: Int32Array): number {
    let hash = this.#seed;
    for (let i = 0; i < wordsPerKey; i++) {
      hash = Math.imul(hash ^ (key[i] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return (hash & this.#bucketMask) * linesPerBucket;
  }
}
