import { type Arena, ArenaFault, type Offset } from "./arena.ts";
import { constant, type SystemCalls } from "./system-calls.ts";

/** `struct pollfd`: a descriptor, then what to look for and what was found, 2 bytes each. */
const entryBytes = 8;

/** The descriptors that a thread waits for, with ppoll(2). */
export class PollSet {
  readonly #arena: Arena;
  readonly #calls: SystemCalls;
  readonly #size: number;
  readonly #entries: Offset;
  /** `struct timespec`: seconds and nanoseconds, 8 bytes each. */
  readonly #timeout: Offset;

  constructor(arena: Arena, calls: SystemCalls, size: number) {
    this.#arena = arena;
    this.#calls = calls;
    this.#size = size;
    this.#entries = arena.reserve(size * entryBytes);
    this.#timeout = arena.reserve(16);
  }

  /** Says which descriptor an index stands for; -1 is none. */
  watch(index: number, descriptor: number): void {
    this.#arena.setInt32(this.#at(index), descriptor);
    this.#arena.setInt32(this.#at(index) + 4, constant.pollIn);
  }

  /**
   * Waits until one of the first `count` is readable, or for so long. A signal may end it early.
   *
   * @param microseconds below 2,000,000,000
   */
  wait(count: number, microseconds: number): void {
    const arena = this.#arena;
    arena.setInt32(this.#timeout, Math.floor(microseconds / 1_000_000));
    arena.setInt32(this.#timeout + 8, (microseconds % 1_000_000) * 1_000);
    const entries = arena.addressOf(this.#entries);
    this.#calls.poll(entries, Math.min(count, this.#size), arena.addressOf(this.#timeout));
  }

  /** Whether there was something to read, or an error to hear of, since it was last watched. */
  isReadable(index: number): boolean {
    return this.#arena.int32(this.#at(index) + 4) >> 16 !== 0;
  }

  #at(index: number): Offset {
    if (index < 0 || index >= this.#size) throw new ArenaFault("outside of the poll set");
    return this.#entries + index * entryBytes;
  }
}
