import { clientLimits } from "../limits.ts";

/** How much of its connection a side gives to each of its pictures: bits a second, null for none. */
export interface PictureRoom {
  camera: number | null;
  screen: number | null;
}

/** From all that a picture can use to none: the camera gives way before a screen that is being read. */
export const pictureSteps: readonly [PictureRoom, ...PictureRoom[]] = [
  { camera: 1_700_000, screen: 2_500_000 },
  { camera: 600_000, screen: 1_200_000 },
  { camera: 200_000, screen: 500_000 },
  { camera: null, screen: 250_000 },
  { camera: null, screen: null },
];

/** How this side's own sound arrives. */
export interface SoundArrival {
  /** A share of its packets. */
  loss: number;
  /** How much longer its way takes than at its best in this call: what waits in queues before it. */
  lateMs: number;
}

/** Where a side stands between its sound and its pictures. */
export interface Sharing {
  /** An index of `pictureSteps`. */
  step: number;
  /** Looks in a row at which the sound was well, or strained. */
  wellLooks: number;
  strainedLooks: number;
  /** So many well looks until the next step up. */
  wellLooksNeeded: number;
  /** The latest step up has not stood for long. */
  isTrying: boolean;
}

export const fullRoom: Sharing = {
  step: 0,
  wellLooks: 0,
  strainedLooks: 0,
  wellLooksNeeded: clientLimits.wellLooksMin,
  isTrying: false,
};

/**
 * Sound first. Both sides' sound suffers from pictures that are too much for the way between them; each
 * side hears how its own arrives and gives its own pictures less room, down to none. Room comes back one
 * step at a time, after a while in which the sound was well. Pure: one look gives the next standing.
 */
export function shareRoom(before: Sharing, sound: SoundArrival): Sharing {
  if (exceeds(sound, clientLimits.soundSuffers)) return stepDown(before, 2);
  if (exceeds(sound, clientLimits.soundStrained)) {
    const strainedLooks = before.strainedLooks + 1;
    const isTooMuch = strainedLooks >= clientLimits.strainedLooksMax;
    return isTooMuch ? stepDown(before, 1) : { ...before, strainedLooks, wellLooks: 0 };
  }
  const wellLooks = before.wellLooks + 1;
  if (wellLooks >= before.wellLooksNeeded) return stepUp(before);
  const isTrying = before.isTrying && wellLooks < clientLimits.wellLooksTried;
  return { ...before, wellLooks, strainedLooks: 0, isTrying };
}

function stepDown(before: Sharing, steps: number): Sharing {
  const step = Math.min(before.step + steps, pictureSteps.length - 1);
  const { isTrying, wellLooksNeeded: needed } = before;
  // The step up was in vain: the next one waits longer, so that no picture comes and goes all the time.
  const wellLooksNeeded = isTrying ? Math.min(needed * 2, clientLimits.wellLooksMax) : needed;
  return { ...fullRoom, step, wellLooksNeeded };
}

/** With all room there is and well for long, what was in vain before is forgotten. */
function stepUp(before: Sharing): Sharing {
  if (before.step === 0) return fullRoom;
  return { ...before, step: before.step - 1, wellLooks: 0, strainedLooks: 0, isTrying: true };
}

function exceeds(sound: SoundArrival, limit: SoundArrival): boolean {
  return sound.loss > limit.loss || sound.lateMs > limit.lateMs;
}
