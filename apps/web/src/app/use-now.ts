import { useEffect, useState } from "react";

const minuteMs = 60_000;

/** Unix time in milliseconds, renewed each minute: what is shown as "today" stays true. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), minuteMs);
    return () => clearInterval(tick);
  }, []);
  return now;
}
