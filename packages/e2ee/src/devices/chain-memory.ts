import { type Bytes, sameBytes } from "../bytes.ts";
import type { DeviceChain } from "./device-chain.ts";

/** The highest chain of a person that this device has seen. It is kept, and only ever grows. */
export interface ChainMemory {
  readonly first: Bytes;
  readonly head: Bytes;
  /** Statements up to `head`, at least 1. */
  readonly length: number;
}

/**
 * How a chain that was checked stands to the one that is remembered.
 * - `same`, `longer`: it is that one, or goes on from it.
 * - `shorter`: it ends before what was seen: somebody keeps a later line back.
 * - `forked`: it left the road that was seen: two people are shown two chains.
 * - `another`: it has another beginning, as after a reset by recovery code.
 */
export type ChainRelation = "same" | "longer" | "shorter" | "forked" | "another";

export function rememberChain({ hashes }: DeviceChain): ChainMemory {
  const [first] = hashes;
  const head = hashes.at(-1);
  if (first === undefined || head === undefined) throw new RangeError("a chain has a beginning");
  return { first, head, length: hashes.length };
}

export function relationOf(memory: ChainMemory, { hashes }: DeviceChain): ChainRelation {
  const [first] = hashes;
  if (first === undefined || !sameBytes(first, memory.first)) return "another";
  const then = hashes[memory.length - 1];
  if (then === undefined) return "shorter";
  if (!sameBytes(then, memory.head)) return "forked";
  return hashes.length === memory.length ? "same" : "longer";
}
