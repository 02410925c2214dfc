import { type BrowserKind, browserKindOf } from "./browser-kind.ts";

/** The browser that shows this page. */
export function thisBrowser(): BrowserKind {
  const isInstalled = matchMedia("(display-mode: standalone)").matches;
  return browserKindOf(navigator.userAgent, navigator.maxTouchPoints, isInstalled);
}
