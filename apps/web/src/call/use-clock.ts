import { useEffect, useState } from "react";

const secondMs = 1_000;

/** Milliseconds since a moment of `performance.now()`, counted each second; 0 before it is known. */
export function useClock(sinceMs: number | null): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (sinceMs === null) return;
    const tick = setInterval(() => setNowMs(performance.now()), secondMs);
    return () => clearInterval(tick);
  }, [sinceMs]);
  return sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs);
}
