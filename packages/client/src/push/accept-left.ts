import type { CallId } from "@ringfence/protocol";
import type { CallsStore } from "../calls/calls-store.ts";
import type { LeftAccept } from "../notifications/index.ts";
import type { Page } from "../page.ts";
import type { PushPlatform } from "./push-platform.ts";

interface AcceptParts {
  calls: Pick<CallsStore, "snapshot" | "accept" | "isSettled">;
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
    // A fresh page hears of a ring before it knows whether there is a call to return to.
    if (!calls.isSettled) return;
    for (const { callId, until } of taken.values()) {
      const ring = calls.snapshot.get().incoming.find((one) => one.callId === callId);
      if (until > now() && ring === undefined) continue;
      taken.delete(callId);
      // Nobody who is in a call leaves it by this, and nobody shows their address by it, now or
      // later: the card asks.
      const isPlain = ring?.route === "relayed" && !isInCall();
      if (until > now() && isPlain) calls.accept(callId, { camera: false });
    }
  }

  function isInCall(): boolean {
    const { current, returnable } = calls.snapshot.get();
    return returnable !== null || (current !== null && current.phase !== "ended");
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
