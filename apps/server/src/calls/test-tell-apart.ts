/** What somebody outside saw of one attempt. */
export interface Sighting {
  /** Everything that was answered, in the order in which it came. */
  bytes: string;
  /** From the attempt to its answer. */
  ms: number;
}

export interface Verdict {
  /** How often a classifier that learned from the other half guessed right; 0.5 is a coin. */
  guessedRight: number;
  /** The greatest distance between the two distributions of times (Kolmogorov and Smirnov). */
  distance: number;
}

/** Tries to tell two causes apart by what was seen of them. Each list in the order of time. */
export function tellApart(one: readonly Sighting[], other: readonly Sighting[]): Verdict {
  return { guessedRight: crossValidate(one, other), distance: distance(times(one), times(other)) };
}

/**
 * The distance that two samples of one distribution stay below with the probability 1 - alpha.
 *
 * @param alpha divided by the number of pairs that are compared, where there are several
 */
export function criticalDistance(one: number, other: number, alpha: number): number {
  return Math.sqrt(-Math.log(alpha / 2) / 2) * Math.sqrt((one + other) / (one * other));
}

/** How much better than a coin a guess may be by chance, at so many standard deviations. */
export function chance(guesses: number, deviations: number): number {
  return 0.5 + deviations * Math.sqrt(0.25 / guesses);
}

function times(sightings: readonly Sighting[]): number[] {
  return sightings.map(({ ms }) => ms).toSorted((a, b) => a - b);
}

/** @param one sorted, as the other */
function distance(one: readonly number[], other: readonly number[]): number {
  let [i, j, greatest] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const at = Math.min(one[i] ?? Infinity, other[j] ?? Infinity);
    while (i < one.length && (one[i] ?? Infinity) <= at) i++;
    while (j < other.length && (other[j] ?? Infinity) <= at) j++;
    greatest = Math.max(greatest, Math.abs(i / one.length - j / other.length));
  }
  return greatest;
}

/** Learns from every second sighting and guesses the rest, then the other way round. */
function crossValidate(one: readonly Sighting[], other: readonly Sighting[]): number {
  let right = 0;
  for (const fold of [0, 1]) {
    const learned = [one, other].map((all) => all.filter((_, index) => index % 2 === fold));
    const guess = learn(learned[0] ?? [], learned[1] ?? []);
    right += one.filter((seen, index) => index % 2 !== fold && guess(seen) === "one").length;
    right += other.filter((seen, index) => index % 2 !== fold && guess(seen) === "other").length;
  }
  return right / (one.length + other.length);
}

/** Twenty classes of times with equally many sightings each, apart for each run of bytes. */
function learn(one: readonly Sighting[], other: readonly Sighting[]) {
  const all = times([...one, ...other]);
  const edges = Array.from(
    { length: 19 },
    (_, edge) => all[Math.floor(((edge + 1) * all.length) / 20)],
  );
  const classOf = ({ bytes, ms }: Sighting) =>
    `${edges.filter((edge) => edge !== undefined && ms >= edge).length} ${bytes}`;
  const leaning = new Map<string, number>();
  for (const seen of one) leaning.set(classOf(seen), (leaning.get(classOf(seen)) ?? 0) + 1);
  for (const seen of other) leaning.set(classOf(seen), (leaning.get(classOf(seen)) ?? 0) - 1);
  // Where nothing was learned, a guess as good as any other: by the last digit of the time.
  return (seen: Sighting): "one" | "other" => {
    const lean = leaning.get(classOf(seen)) ?? 0;
    if (lean !== 0) return lean > 0 ? "one" : "other";
    return Math.floor(seen.ms * 1e4) % 2 === 0 ? "one" : "other";
  };
}
