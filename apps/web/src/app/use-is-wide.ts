import { useSyncExternalStore } from "react";

/** Where a list and what was picked from it stand side by side. The same width stands in the CSS. */
const wide = matchMedia("(width >= 56rem)");

function subscribe(onChange: () => void): () => void {
  wide.addEventListener("change", onChange);
  return () => wide.removeEventListener("change", onChange);
}

export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
