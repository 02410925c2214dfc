import type { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";

/** How a call of a run ends, when nothing comes in between. */
export const endings = [
  "hang-up",
  "hang-up",
  "hang-up of the callee",
  "decline",
  "cancel",
  "page-left",
  "page-returned",
] as const;
export type Ending = (typeof endings)[number];

/** The points of a call at which the server dies: a moment after this was said or heard. */
const onTheWay = ["said invite", "heard ring", "said offer", "heard prepare"] as const;
const connecting = [
  "said accept",
  "heard accepted",
  "said answer",
  "said media-connected",
] as const;
const restarting = ["heard call-changed", "said restart", "said offer 1", "said answer 1"] as const;

/** One run, as its seed has it. */
export interface Plan {
  seed: number;
  ending: Ending;
  point: string;
  /** From the point until the server is killed. */
  delayMs: number;
}

export function planOf(seed: number, random: RandomSource): Plan {
  const ending = random.pick(endings);
  const points: [string, ...string[]] = [...onTheWay, ...pointsOf(ending)];
  return { seed, ending, point: random.pick(points), delayMs: random.pick([0, 0, 1, 2, 3, 5, 8]) };
}

function pointsOf(ending: Ending): readonly string[] {
  switch (ending) {
    case "decline":
    case "cancel":
      return [`said ${ending}`, `said ${ending}`];
    case "hang-up":
    case "hang-up of the callee":
      return [...connecting, ...restarting, "said hang-up", "said hang-up"];
    case "page-left":
    case "page-returned":
      return [...connecting, ...restarting, `said ${ending}`, `said ${ending}`];
  }
}
