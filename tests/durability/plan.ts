import type { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";

/** How a call of a run ends, when nothing comes in between. */
export type Ending =
  | "hang-up"
  | "hang-up of the callee"
  | "decline"
  | "cancel"
  | "page-left"
  | "page-returned";

/** The points of a call at which the server dies: a moment after this was said or heard. */
const points: readonly (readonly [point: string, ending: Ending, ...others: Ending[]])[] = [
  ["said invite", "hang-up", "decline", "cancel"],
  ["said accept", "hang-up", "page-left"],
  ["heard call-changed", "hang-up", "page-returned"],
  ["said hang-up", "hang-up", "hang-up of the callee", "page-returned"],
  ["heard ring", "hang-up", "decline", "cancel"],
  ["said offer 1", "hang-up", "page-left"],
  ["said answer", "hang-up", "page-returned"],
  ["said page-left", "page-left"],
  ["said offer", "hang-up", "decline"],
  ["said decline", "decline"],
  ["said restart", "hang-up", "page-returned"],
  ["heard accepted", "hang-up", "page-left"],
  ["said cancel", "cancel"],
  ["said media-connected", "hang-up", "hang-up of the callee"],
  ["said answer 1", "hang-up", "hang-up of the callee"],
  // Not of a call that is declined: that may be over before its offer is there.
  ["heard prepare", "hang-up"],
  ["said page-returned", "page-returned"],
];

/** One run, as its seed has it. */
export interface Plan {
  seed: number;
  ending: Ending;
  point: string;
  /** From the point until the server is killed. */
  delayMs: number;
}

/** Seeds that follow each other take one point after the other; the rest is chance. */
export function planOf(seed: number, random: RandomSource): Plan {
  const chosen = points[(seed - 1) % points.length];
  if (chosen === undefined) throw new RangeError("seeds count from 1");
  const [point, ending, ...others] = chosen;
  const delayMs = random.pick([0, 0, 1, 2, 3, 5, 8]);
  return { seed, ending: random.pick([ending, ...others]), point, delayMs };
}
