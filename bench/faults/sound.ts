/**
 * What a listener notices of a fault. All times are in milliseconds of one clock.
 *
 * @module
 */

/** A look at what a page plays. Between two of them a busy machine may let much time pass. */
export interface Look {
  readonly at: number;
  /** When something new was last heard. */
  readonly heardAt: number;
}

/** Nothing new for so long is a silence: over the time between two looks and what a player bridges. */
const silenceMs = 200;
/** So long without a silence, and the sound is back. */
export const steadyMs = 2_000;

/**
 * How long after a moment sound was back for good: up to the first that was heard after the last
 * silence. Silences count that end after the moment; without one nothing was missed, and it is 0.
 *
 * @param looks in the order of time, some from before the moment
 * @returns null where sound was not back, or was not looked at for long enough to say so
 */
export function backAfter(looks: readonly Look[], since: number): number | null {
  const last = looks.at(-1);
  if (last === undefined) return null;
  const silence = looks.findLast(({ at, heardAt }) => at - heardAt > silenceMs);
  if (silence === undefined) return 0;
  const end = looks.find(({ heardAt }) => heardAt > silence.heardAt);
  if (end === undefined || last.at - end.heardAt < steadyMs) return null;
  return Math.max(0, end.heardAt - since);
}

/** The longest that nothing new was heard, of the time from a moment on. */
export function longestGap(looks: readonly Look[], since: number): number {
  const gaps = looks.map(({ at, heardAt }) => at - Math.max(heardAt, since));
  return looks.length === 0 ? Infinity : Math.max(0, ...gaps);
}
