import { rounded } from "../statistics.ts";

/** A straight line through what was measured. */
export interface Fit {
  /** Where x is 0. */
  readonly base: number;
  readonly perX: number;
  /** How much of what differs it tells: 1 is all of it (R²). */
  readonly share: number;
}

/**
 * By least squares.
 *
 * @throws RangeError with fewer than two values of x
 */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): Fit {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spreadX = sum(points.map(({ x }) => (x - meanX) ** 2));
  if (points.length === 0 || spreadX === 0) throw new RangeError("a line goes through two points");
  const perX = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const base = meanY - perX * meanX;
  const spreadY = sum(points.map(({ y }) => (y - meanY) ** 2));
  const missed = sum(points.map(({ x, y }) => (y - base - perX * x) ** 2));
  return { base, perX, share: rounded(spreadY === 0 ? 1 : 1 - missed / spreadY, 3) };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
