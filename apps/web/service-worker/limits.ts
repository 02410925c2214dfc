export const serviceWorkerLimits = {
  /** A page that is open has loaded what is in the build before, or may still do so. */
  cachesKept: 2,
  /** After this long without an answer the page is shown from here; it says itself what is wrong. */
  answerTimeoutMs: 8_000,
} as const;
