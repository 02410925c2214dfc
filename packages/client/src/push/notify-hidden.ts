import type { CallId } from "@ringfence/protocol";
import type { CallsSnapshot } from "../calls/calls-snapshot.ts";
import { notificationOf, tagOf } from "../notifications/index.ts";
import type { Observable } from "../observable.ts";
import type { Page } from "../page.ts";
import type { PushPlatform } from "./push-platform.ts";

interface NotifyParts {
  calls: Observable<CallsSnapshot>;
  platform: PushPlatform;
  page: Page;
}

/**
 * While a page is open nothing is pushed to its device. Where nobody looks at the page its ring
 * shows as a notification too, the same that a push would show, until it ends or is looked at.
 */
export function notifyHidden({ calls, platform, page }: NotifyParts, signal: AbortSignal): void {
  const shown = new Set<CallId>();

  function look(): void {
    if (platform.lack !== null || platform.permission() !== "granted") return;
    const rings = calls.get().incoming.filter(({ isQuiet, isSilenced }) => !isQuiet && !isSilenced);
    const isSeen = page.isShown();
    for (const callId of shown) {
      if (!isSeen && rings.some((ring) => ring.callId === callId)) continue;
      shown.delete(callId);
      void platform.close(tagOf(callId)).catch(ignore);
    }
    for (const { callId, kind, with: person } of rings) {
      if (shown.has(callId)) continue;
      // A push may have been shown before this page was opened, or by its tap.
      if (isSeen) void platform.close(tagOf(callId)).catch(ignore);
      else {
        shown.add(callId);
        const ring = notificationOf({ type: "ring", callId, kind, with: person });
        void platform.show(ring).catch(ignore);
      }
    }
  }

  const unsubscribe = calls.subscribe(look);
  page.on("shown", look, signal);
  signal.addEventListener("abort", unsubscribe);
}

/** A notification that cannot be shown is no fault of the call: the page rings by itself. */
function ignore(): void {}
