import { useEffect, useState } from "react";

/** Whether something has been so for a while without a break; false again as soon as it is not. */
export function useHasLasted(isSo: boolean, forMs: number): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const lasting = setTimeout(() => setHasLasted(true), forMs);
    return () => {
      clearTimeout(lasting);
      setHasLasted(false);
    };
  }, [isSo, forMs]);
  return isSo && hasLasted;
}
