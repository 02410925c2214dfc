import type { CallId, EndReason } from "@ringfence/protocol";
import type { CallsSnapshot, IncomingCall } from "../calls/calls-snapshot.ts";
import { TabLock } from "../calls/tab-lock.ts";
import { Turn } from "../calls/turn.ts";
import { notificationOf, tagOf, waitingNotification } from "../notifications/index.ts";
import type { Observable } from "../observable.ts";
import type { Page } from "../page.ts";
import type { PushPlatform } from "./push-platform.ts";

interface NotifyParts {
  calls: Observable<CallsSnapshot>;
  platform: PushPlatform;
  page: Page;
  locks: LockManager | null;
}

/** A ring that this tab shows as a notification, or will once nobody looks at another tab. */
interface Standing {
  isWaiting: boolean;
  scope: AbortController;
}

/**
 * While a page is open nothing is pushed to its device. Where nobody looks at any page of it, its
 * rings show as notifications too, as a push would show them: one tab of the profile does so for
 * all, until they end or are looked at.
 */
export class NotifyHidden {
  readonly #parts: NotifyParts;
  readonly #seenLock: TabLock;
  /** Had by a tab that somebody looks at. */
  readonly #seen: Turn;
  /** Had by the hidden tab that notifies. */
  readonly #notifies: Turn;
  readonly #standing = new Map<CallId, Standing>();
  /** The rings that this tab has shown and whose end it has not heard. */
  readonly #shown = new Map<CallId, IncomingCall>();
  /** What was asked of the platform: each takes a moment, and the last word is to stand. */
  #done: Promise<void> = Promise.resolve();

  constructor(parts: NotifyParts, signal: AbortSignal) {
    this.#parts = parts;
    const { calls, locks, page, platform } = parts;
    this.#seenLock = new TabLock(locks, "ringfence-seen");
    this.#seen = new Turn(this.#seenLock, () => {});
    this.#notifies = new Turn(new TabLock(locks, "ringfence-notify"), () => this.#look());
    if (platform.lack !== null) return;
    const unsubscribe = calls.subscribe(() => this.#look());
    page.on("shown", () => this.#look(), signal);
    page.on("hidden", () => this.#look(), signal);
    signal.addEventListener("abort", () => {
      unsubscribe();
      this.#seen.want(false);
      this.#notifies.want(false);
      for (const { scope } of this.#standing.values()) scope.abort();
    });
    this.#look();
  }

  /** A call is over; the snapshot does not hold its ring any more. */
  hearEnd({ callId, reason }: { callId: CallId; reason: EndReason }): void {
    const ring = this.#shown.get(callId);
    this.#shown.delete(callId);
    if (ring !== undefined && reason === "missed") void this.#showMissed(ring);
  }

  #look(): void {
    const { calls, page, platform } = this.#parts;
    const isSeen = page.isShown();
    // Said first: a hidden tab that lets go of its turn lets the next one look whether this is seen.
    this.#seen.want(isSeen);
    if (platform.permission() !== "granted") return;
    const rings = calls.get().incoming.filter(({ isQuiet, isSilenced }) => !isQuiet && !isSilenced);
    for (const [callId, { isWaiting, scope }] of this.#standing) {
      const ring = rings.find((one) => one.callId === callId);
      if (!isSeen && ring?.isWaiting === isWaiting) continue;
      scope.abort();
      this.#standing.delete(callId);
      this.#then(() => platform.close(tagOf(callId)));
    }
    this.#notifies.want(!isSeen && rings.length > 0);
    for (const ring of rings) {
      // A push may have been shown before this page was opened, or another tab's.
      if (isSeen) this.#then(() => platform.close(tagOf(ring.callId)));
      else if (this.#notifies.isOurs && !this.#standing.has(ring.callId)) void this.#show(ring);
    }
  }

  async #show(ring: IncomingCall): Promise<void> {
    const { callId, kind, isWaiting, with: person } = ring;
    const scope = new AbortController();
    this.#standing.set(callId, { isWaiting, scope });
    const isUnseen = await this.#seenLock.untilFree(scope.signal);
    if (!isUnseen || scope.signal.aborted) return;
    this.#shown.set(callId, ring);
    const message = { type: "ring", callId, kind, with: person } as const;
    const notification = isWaiting ? waitingNotification(message) : notificationOf(message);
    this.#then(() => this.#parts.platform.show(notification));
  }

  async #showMissed({ callId, kind, with: person }: IncomingCall): Promise<void> {
    const { page, platform } = this.#parts;
    if (page.isShown() || (await this.#seenLock.isHeldElsewhere())) return;
    const missed = notificationOf({ type: "missed", callId, kind, with: person });
    this.#then(() => platform.show(missed));
  }

  /** A notification that cannot be shown is no fault of the call: the page rings by itself. */
  #then(act: () => Promise<void>): void {
    this.#done = this.#done.then(act).catch(() => {});
  }
}
