import type { RingingCall } from "@ringfence/call";
import type {
  AccountId,
  CallId,
  CallKind,
  CallRoute,
  DeviceId,
  EndReason,
  Person,
  PushMessage,
} from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import type { RingPush } from "../calls/effect-parts.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store/store.ts";
import type { PushOptions, PushSender } from "./push-sender.ts";
import {
  type SubscribedDevice,
  isSubscribed,
  removeSubscription,
  subscribedDevices,
} from "./subscriptions.ts";
import type { Wait } from "./wait.ts";

export interface RingPusherParts {
  readonly store: Store;
  readonly sender: Pick<PushSender, "send">;
  /** Whether a page of the device is open; null where it cannot be known now. */
  readonly isConnected: Bus["isConnected"];
  readonly now: () => number;
  readonly wait: Wait;
  /** From 0 to less than 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** A call that rings aloud, and who of its callee's devices knows. */
interface Ring {
  readonly callId: CallId;
  readonly kind: CallKind;
  readonly route: CallRoute;
  readonly callee: AccountId;
  readonly caller: Person;
  readonly endsAt: number;
  /** Aborted when no ring may be pushed any more. */
  readonly ringing: AbortController;
  /** An open page of theirs shows the ring, or was where its person answered it. */
  readonly knowing: Set<DeviceId>;
  /** What was pushed to whom, and whether it may have arrived. */
  readonly pushed: Map<DeviceId, Promise<boolean>>;
  /** The server started during this ring: nobody knows to whom it was pushed before. */
  readonly isResumed: boolean;
}

/**
 * Rings the devices whose page is closed. Each device is pushed to for itself: at once where it has
 * no connection, and after a second where it has one and does not say that it rings, or loses its
 * last one while it rings, so that a sleeping device never keeps another from ringing. Everything here follows from the rows of calls
 * and subscriptions; what is kept in between is only what was done already.
 */
export class RingPusher implements RingPush, Disposable {
  readonly #parts: RingPusherParts;
  readonly #rings = new Map<CallId, Ring>();
  readonly #closed = new AbortController();

  constructor(parts: RingPusherParts) {
    this.#parts = parts;
  }

  begin(call: RingingCall, caller: Person): void {
    if (call.isQuiet || call.isRevoked || call.isSilenced) return;
    const ring = this.#add(call, caller, false);
    void this.#pushAfter(ring, serverLimits.ringPushDelayMs, (device) => this.#isAway(device));
    void this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, async () => true);
  }

  /** A ring of before the start. Every device lost its connection, and may be coming back. */
  resume(call: RingingCall, caller: Person): void {
    if (call.isQuiet || call.isRevoked || this.#rings.has(call.callId)) return;
    const ring = this.#add(call, caller, true);
    if (call.isSilenced) ring.ringing.abort();
    void this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, async () => true);
  }

  acknowledge(callId: CallId, device: DeviceId): void {
    this.#rings.get(callId)?.knowing.add(device);
  }

  /** The last page of a device closed. One that is only loaded again says once more that it rings. */
  disconnected(account: AccountId, device: DeviceId): void {
    for (const ring of this.#rings.values()) {
      if (ring.callee !== account || !ring.knowing.delete(device)) continue;
      const isIt = async (one: DeviceId) => one === device;
      void this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, isIt);
    }
  }

  silence(callId: CallId): void {
    this.#rings.get(callId)?.ringing.abort();
  }

  end(callId: CallId, reason: EndReason): void {
    const ring = this.#rings.get(callId);
    if (ring === undefined) return;
    this.#rings.delete(callId);
    const wasSilenced = ring.ringing.signal.aborted;
    ring.ringing.abort();
    const message = messageOfEnd(ring, reason);
    void this.#eachDevice(ring, async (device) => {
      if (ring.knowing.has(device.device)) return;
      const isPushed = (await ring.pushed.get(device.device)) ?? ring.isResumed;
      // Whoever silenced a ring knows of it; the others have missed one.
      if (!isPushed && (message.type !== "missed" || wasSilenced)) return;
      await this.#send(ring, device, message, {
        lifetimeMs: serverLimits.missedPushLifetimeMs,
        urgency: "normal",
        signal: this.#closed.signal,
      });
    });
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
    for (const { ringing } of this.#rings.values()) ringing.abort();
    this.#rings.clear();
  }

  #add(call: RingingCall, caller: Person, isResumed: boolean): Ring {
    const ring: Ring = {
      callId: call.callId,
      kind: call.kind,
      route: call.route,
      callee: call.calleeAccountId,
      caller,
      endsAt: call.dueAt,
      ringing: new AbortController(),
      knowing: new Set(),
      pushed: new Map(),
      isResumed,
    };
    this.#rings.set(ring.callId, ring);
    return ring;
  }

  async #isAway(device: DeviceId): Promise<boolean> {
    return (await this.#parts.isConnected(device)) !== true;
  }

  /** After a while, pushes the ring to those devices that do not know of it yet. */
  async #pushAfter(
    ring: Ring,
    waitMs: number,
    isMeant: (device: DeviceId) => Promise<boolean>,
  ): Promise<void> {
    const { signal } = ring.ringing;
    if (!(await this.#parts.wait(waitMs, signal))) return;
    await this.#eachDevice(ring, async (subscribed) => {
      const { device } = subscribed;
      // Each at a moment of its own: encrypting holds up what a caller could time.
      const spreadMs = this.#parts.random() * serverLimits.ringPushSpreadMs;
      if (!(await this.#parts.wait(spreadMs, signal))) return;
      if (!(await isMeant(device)) || signal.aborted) return;
      if (ring.knowing.has(device) || ring.pushed.has(device)) return;
      const { callId, kind, route, caller } = ring;
      const sent = this.#send(
        ring,
        subscribed,
        { type: "ring", callId, kind, with: caller, route },
        {
          lifetimeMs: ring.endsAt - this.#parts.now(),
          urgency: "high",
          signal,
        },
      );
      ring.pushed.set(device, sent);
      await sent;
    });
  }

  async #eachDevice(
    { callee }: Ring,
    act: (device: SubscribedDevice) => Promise<void>,
  ): Promise<void> {
    const { store, now, logger } = this.#parts;
    try {
      const devices = await subscribedDevices(store.db, callee, now());
      await Promise.all(devices.map(act));
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      logger.error({ error }, "the devices of a ring could not be pushed to");
    }
  }

  /** @returns whether it may have arrived */
  async #send(
    { callId, callee }: Ring,
    to: SubscribedDevice,
    message: PushMessage,
    options: Pick<PushOptions, "lifetimeMs" | "urgency" | "signal">,
  ): Promise<boolean> {
    const { store, sender, now } = this.#parts;
    const { device, subscription } = to;
    const outcome = await sender.send(subscription, message, {
      ...options,
      topic: callId,
      account: callee,
      isSubscribed: () => isSubscribed(store.db, to, now()),
    });
    if (outcome === "gone") {
      await store.write((write) => removeSubscription(write, device, subscription.endpoint));
    }
    return outcome === "sent" || outcome === "in-doubt";
  }
}

/** What stands in the notification's place once it is over. */
function messageOfEnd({ callId, kind, caller }: Ring, reason: EndReason): PushMessage {
  const ofCall = { callId, kind, with: caller };
  if (reason === "missed") return { type: "missed", ...ofCall };
  const isElsewhere = reason === "answered-elsewhere" || reason === "declined-elsewhere";
  return { type: "over", ...ofCall, how: isElsewhere ? reason : "ended" };
}
