import { clientLimits } from "./limits.ts";
import type { SignallingLine } from "./signalling-line.ts";

interface FreshLineParts {
  /** Opens a connection. It is given up by its `close`. */
  open(): SignallingLine;
  /** Whether the server answers a plain request in time. */
  isReachable(withinMs: number): Promise<boolean>;
  /** How long an ordinary attempt may take to open, and then to be welcomed. */
  patienceMs: number;
}

/**
 * Opens one connection after another, until the signal. One that is not open in time is given up and
 * the next one follows at once: over a path that was away and is back, TCP alone would wait for its
 * next retransmission. The waits never grow, so that the attempt that succeeds begins soon after the
 * path is back.
 */
export async function seekFreshLine(parts: FreshLineParts, signal: AbortSignal): Promise<void> {
  let blindAt = -Infinity;
  for (let count = 0; !signal.aborted; count += 1) {
    const patienceMs = patienceOf(count, parts.patienceMs);
    const beganAt = performance.now();
    const isBlind =
      count < clientLimits.blindLinesMax || beganAt - blindAt > clientLimits.blindLineEveryMs;
    if (isBlind) blindAt = beganAt;
    if (isBlind || (await parts.isReachable(parts.patienceMs))) {
      await tryLine(parts, patienceMs, signal);
    }
    await pass(clientLimits.freshLineEveryMs - (performance.now() - beganAt), signal);
  }
}

/** The path may be a slow one now, on which no ordinary attempt would be in time. */
function patienceOf(count: number, ordinaryMs: number): number {
  const isPatient = (count + 1) % clientLimits.patientLineEvery === 0;
  return isPatient ? Math.max(ordinaryMs, clientLimits.patientLineMs) : ordinaryMs;
}

/** One attempt: so long to open, and as long again for its welcome, with which the signal comes. */
async function tryLine(
  parts: FreshLineParts,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const line = parts.open();
  await pass(patienceMs, AbortSignal.any([signal, line.opened, line.ended]));
  if (line.opened.aborted) await pass(patienceMs, AbortSignal.any([signal, line.ended]));
  if (!line.isLive) line.close();
}

/** Milliseconds, or less where the signal comes. */
function pass(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
