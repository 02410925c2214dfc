import { clientLimits } from "./limits.ts";
import type { SignallingLine } from "./signalling-line.ts";

interface FreshLineParts {
  /** Opens a connection. It is given up by its `close`. */
  open(): SignallingLine;
  /** How long an attempt may take to open, and then to be welcomed. */
  patienceMs: number;
}

/**
 * Opens one connection after another, until the signal. One that is not open in time is given up and
 * the next one follows at once: over a path that was away and is back, TCP alone would wait for its
 * next retransmission. After the first few each has time for the one retransmission that comes after a
 * second, and for a path that is a slow one now; there are fewer of them, since browsers hold
 * WebSockets back where many have failed. The waits never grow, so that the attempt that succeeds
 * begins soon after the path is back.
 */
export async function seekFreshLine(parts: FreshLineParts, signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count += 1) {
    const beganAt = performance.now();
    const isQuick = count < clientLimits.quickLinesMax;
    const { freshLineEveryMs, patientLineMs } = clientLimits;
    const patienceMs = isQuick ? parts.patienceMs : Math.max(parts.patienceMs, patientLineMs);
    await tryLine(parts, patienceMs, signal);
    const everyMs = isQuick ? freshLineEveryMs : patientLineMs;
    await pass(everyMs - (performance.now() - beganAt), signal);
  }
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
