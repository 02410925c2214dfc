import type { CallId } from "@ringfence/protocol";
import type { Calls } from "../calls/calls.ts";
import type { LeftAccept } from "../notifications/index.ts";
import type { Page } from "../page.ts";
import type { PushPlatform } from "./push-platform.ts";

interface AcceptParts {
  calls: Pick<Calls, "snapshot" | "accept">;
  platform: Pick<PushPlatform, "takeAccepts" | "onLook">;
  page: Page;
  /** Unix time in milliseconds. */
  now: () => number;
}

/**
 * Accepts what the person accepted by the notification's own button: the worker has left the call's
 * id in this profile's database, and this page takes it from there, once. Nothing else that reaches
 * a page holds an accept: no address, no message, nothing that the server says.
 */
export function acceptLeft({ calls, platform, page, now }: AcceptParts, signal: AbortSignal): void {
  const taken = new Map<CallId, LeftAccept>();

  function accept(): void {
    for (const { callId, until } of taken.values()) {
      if (until > now() && !isRinging(callId)) continue;
      taken.delete(callId);
      // Nobody who is in a call leaves it by this, now or later: the card asks.
      if (until > now() && !isInCall()) calls.accept(callId, { camera: false });
    }
  }

  function isInCall(): boolean {
    const { current } = calls.snapshot.get();
    return current !== null && current.phase !== "ended";
  }

  function isRinging(callId: CallId): boolean {
    return calls.snapshot.get().incoming.some((ring) => ring.callId === callId);
  }

  async function look(): Promise<void> {
    for (const left of await platform.takeAccepts()) taken.set(left.callId, left);
    accept();
  }

  // Without a database of its own a page finds nothing, and shows the card.
  const lookIfPossible = () => void look().catch(() => undefined);
  const unsubscribe = calls.snapshot.subscribe(accept);
  platform.onLook(lookIfPossible, signal);
  page.on("shown", lookIfPossible, signal);
  signal.addEventListener("abort", unsubscribe);
  lookIfPossible();
}
