/**
 * Waits for all of them, also when one fails: what still goes on would disturb what is measured next.
 *
 * @throws whatever the first that fails throws
 */
export async function untilAll<Results extends readonly unknown[] | []>(works: {
  readonly [Index in keyof Results]: Promise<Results[Index]>;
}): Promise<Results> {
  await Promise.allSettled(works);
  return (await Promise.all(works)) as Results;
}
