import type { CurrentCall } from "@ringfence/client";
import { useState } from "react";
import { useLocation } from "react-router";

export interface CallPlace {
  /** `full` covers the page; `bar` is one line above it, so that messages stay usable. */
  place: "full" | "bar";
  open: () => void;
  shrink: () => void;
}

/** A call begins over the whole page, and becomes a bar as soon as the person goes elsewhere. */
export function useCallPlace(call: CurrentCall | null): CallPlace {
  const { pathname } = useLocation();
  const isLive = call !== null && call.isInThisTab && call.phase !== "ended";
  const [wasLive, setWasLive] = useState(false);
  /** The page that the call covers; null while it is a bar. */
  const [covered, setCovered] = useState<string | null>(null);
  // Adjusted while drawing, as React advises for state that follows from what is drawn.
  if (isLive !== wasLive) {
    setWasLive(isLive);
    if (isLive) setCovered(pathname);
  } else if (covered !== null && covered !== pathname) {
    setCovered(null);
  }
  return {
    place: covered === pathname ? "full" : "bar",
    open: () => setCovered(pathname),
    shrink: () => setCovered(null),
  };
}
