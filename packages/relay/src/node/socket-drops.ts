import { readFile } from "node:fs/promises";
import type { Counters } from "../turn/counters.ts";

const tables = ["/proc/net/udp", "/proc/net/udp6"];

/**
 * Counts what the kernel dropped because a UDP socket was full: packets that the relay never saw.
 * Only Linux tells.
 */
export class SocketDrops {
  readonly #port: number;
  readonly #counters: Counters;
  /** How many of each socket were counted already, by its inode. */
  #counted: ReadonlyMap<string, number> = new Map();
  #counting: Promise<void> | undefined;

  /** @param port the local one of all the relay's sockets */
  constructor(port: number, counters: Counters) {
    this.#port = port;
    this.#counters = counters;
  }

  /** Counts what was dropped since it was called last. */
  count(): Promise<void> {
    if (process.platform !== "linux") return Promise.resolve();
    // Of two readings at once the older might be counted last, and a count would fall.
    this.#counting ??= this.#count().finally(() => (this.#counting = undefined));
    return this.#counting;
  }

  async #count(): Promise<void> {
    // Where there is no IPv6, or no /proc, there is nothing to count.
    const texts = await Promise.all(tables.map((path) => readFile(path, "utf8").catch(() => "")));
    const drops = new Map(texts.flatMap((text) => dropsIn(text, this.#port)));
    for (const [inode, dropped] of drops) {
      this.#counters.drops["socket-full"] += dropped - (this.#counted.get(inode) ?? 0);
    }
    this.#counted = drops;
  }
}

/** Inode and drops of each socket on a port: the address is the second column, the inode the tenth, drops the last. */
function dropsIn(table: string, port: number): [string, number][] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, local = "", , , , , , , , inode = ""] = columns;
    return local.endsWith(suffix) ? [[inode, Number(columns.at(-1))]] : [];
  });
}
