import type { Observable } from "@ringfence/client";
import { useCallback, useSyncExternalStore } from "react";

/** What the observable holds now; draws again when that changes. */
export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback(
    (onChange: () => void) => observable.subscribe(onChange),
    [observable],
  );
  return useSyncExternalStore(subscribe, () => observable.get());
}
