/** What a figure was over the rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError where there is nothing to describe */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
  };
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

/**
 * Between two values it is interpolated, so that the median of two is their middle.
 *
 * @param sorted in ascending order
 * @param share 0 is the least, 1 the greatest
 * @throws RangeError where there are no values
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError("no values");
  return below + (above - below) * (place - Math.floor(place));
}

/** Cuts off digits that were never measured, so that results stay short. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
