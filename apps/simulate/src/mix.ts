import type { CallKind } from "@ringfence/protocol";
import type { Dice } from "./dice.ts";
import { simulationLimits } from "./limits.ts";

/** What becomes of a ring. */
export const outcomes = ["answered", "declined", "cancelled", "missed", "silenced"] as const;
export type Outcome = (typeof outcomes)[number];

/** What simulated people do with each other. */
interface Mix {
  /** Out of a hundred. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly videoShare: number;
  /** From the ring to what is done about it. */
  readonly ringMs: { readonly mean: number; readonly most: number };
  readonly talkMs: { readonly mean: number; readonly most: number };
  readonly messagesPerCall: number;
}

export const mixes = {
  /** As people are, but for how long they talk: with long talks few would ring in a few minutes. */
  default: {
    outcomes: { answered: 62, declined: 10, cancelled: 12, missed: 11, silenced: 5 },
    videoShare: 0.2,
    ringMs: { mean: 2_500, most: 10_000 },
    talkMs: { mean: 8_000, most: 40_000 },
    messagesPerCall: 3,
  },
  /** Every ring is answered soon and no message is written, to see what a call costs. */
  answered: {
    outcomes: { answered: 100, declined: 0, cancelled: 0, missed: 0, silenced: 0 },
    videoShare: 0,
    ringMs: { mean: 200, most: 500 },
    talkMs: { mean: 2_000, most: 5_000 },
    messagesPerCall: 0,
  },
} as const satisfies Record<string, Mix>;

export type MixName = keyof typeof mixes;

/** What one call is to be. */
export interface CallWish {
  readonly outcome: Outcome;
  readonly kind: CallKind;
  readonly ringMs: number;
  readonly talkMs: number;
  readonly callerHangsUp: boolean;
  /** Real sound through the relay; else a description as of a browser, and nothing sent by it. */
  readonly hasMedia: boolean;
}

/** @param mustAnswer of two who have missed each other so often that the next ring would be refused */
export function wishCall(
  dice: Dice,
  { mix, mediaShare, mustAnswer }: { mix: Mix; mediaShare: number; mustAnswer: boolean },
): CallWish {
  const outcome = pickOutcome(dice, mix);
  return {
    outcome: mustAnswer ? "answered" : outcome,
    kind: dice.happens(mix.videoShare) ? "video" : "audio",
    ringMs: dice.around(mix.ringMs.mean, mix.ringMs.most),
    talkMs: dice.around(mix.talkMs.mean, mix.talkMs.most),
    callerHangsUp: dice.happens(0.5),
    hasMedia: dice.happens(mediaShare),
  };
}

function pickOutcome(dice: Dice, mix: Mix): Outcome {
  let left = dice.throw() * outcomes.reduce((sum, name) => sum + mix.outcomes[name], 0);
  for (const name of outcomes) {
    left -= mix.outcomes[name];
    if (left < 0) return name;
  }
  return "answered";
}

/** How many rings these people may make before the server has to say that it is too often. */
export function callsPerSecondMax(people: number): number {
  return (people * simulationLimits.ringsPerPersonPerMinuteMax) / 60;
}
