/** As far as words differ: where a browser keeps what a page may do, and where its system does. */
export interface BrowserKind {
  make: "chromium" | "firefox" | "safari" | "other";
  system: "windows" | "macos" | "ios" | "android" | "other";
  /** Opened as an app of its own, without an address bar. */
  isInstalled: boolean;
}

/**
 * @param touchPoints `navigator.maxTouchPoints`: an iPad says that it is a Mac, which has none
 * @param isInstalled whether the page shows without a browser around it
 */
export function browserKindOf(
  userAgent: string,
  touchPoints: number,
  isInstalled: boolean,
): BrowserKind {
  return { make: makeOf(userAgent), system: systemOf(userAgent, touchPoints), isInstalled };
}

function makeOf(userAgent: string): BrowserKind["make"] {
  // Chromium's own word comes with Safari's, and on iOS every browser has a word of its own.
  if (/Firefox\/|FxiOS\//.test(userAgent)) return "firefox";
  if (/Chrome\/|Chromium\/|CriOS\/|EdgiOS\//.test(userAgent)) return "chromium";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}

function systemOf(userAgent: string, touchPoints: number): BrowserKind["system"] {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Macintosh/.test(userAgent)) return touchPoints > 1 ? "ios" : "macos";
  return /Windows/.test(userAgent) ? "windows" : "other";
}
