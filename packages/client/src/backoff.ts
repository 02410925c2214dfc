/**
 * How long to wait before the next attempt: none before the first, then twice as long each time up
 * to a bound, spread so that many clients of a server that went away do not come back at once.
 *
 * @param failures attempts that failed since the last success
 * @param random from 0 up to 1
 * @returns milliseconds
 */
export function backoffMs(
  failures: number,
  random: number,
  { reconnectFirstMs, reconnectMaxMs }: { reconnectFirstMs: number; reconnectMaxMs: number },
): number {
  if (failures === 0) return 0;
  const most = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** (failures - 1));
  return most * (0.5 + random / 2);
}
