import type { Page } from "../page.ts";

/** Keeps the screen on until the signal; a platform that cannot does nothing. */
export function keepAwake(page: Page, signal: AbortSignal): void {
  let sentinel: WakeLockSentinel | null = null;
  const ask = async () => {
    try {
      const got = await navigator.wakeLock.request("screen");
      // The one before is gone already, or stands for nothing more than this one.
      const before = sentinel;
      sentinel = got;
      await before?.release();
      if (signal.aborted) await got.release();
    } catch {
      // Not offered here, or refused to save the battery.
    }
  };
  // A browser takes the lock back from a page that is hidden.
  page.on("shown", () => void ask(), signal);
  signal.addEventListener("abort", () => void sentinel?.release());
  void ask();
}
