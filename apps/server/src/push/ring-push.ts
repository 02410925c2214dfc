import type { Call, RingingCall } from "@ringfence/call";
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
import type { Announcement } from "../bus/announcement.ts";
import type { Bus, NodeId } from "../bus/bus.ts";
import { loadCall } from "../calls/call-store.ts";
import { participantsOf } from "../calls/participants.ts";
import type { RingPush } from "../calls/effect-parts.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store/store.ts";
import type { PushOptions, PushSender } from "./push-sender.ts";
import { type RingElsewhere, RingsElsewhere } from "./rings-elsewhere.ts";
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
  readonly bus: Pick<
    Bus,
    "isConnected" | "announce" | "hear" | "onChange" | "members" | "isMine" | "isShared" | "node"
  >;
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
  /** Its node started or died during this ring: nobody knows for sure to whom it was pushed. */
  readonly isResumed: boolean;
}

/**
 * Rings the devices whose page is closed. Each device is pushed to for itself: at once where it has
 * no connection, and after a second where it has one and does not say that it rings, or loses its
 * last one while it rings, so that a sleeping device never keeps another from ringing. Everything
 * here follows from the rows of calls and subscriptions; what is kept in between is only what was
 * done already.
 *
 * The node that began a ring pushes it. The others hear what it knows and does; when it dies, one of
 * them goes on.
 */
export class RingPusher implements RingPush, Disposable {
  readonly #parts: RingPusherParts;
  readonly #rings = new Map<CallId, Ring>();
  readonly #elsewhere: RingsElsewhere;
  readonly #closed = new AbortController();
  readonly #subscriptions = new DisposableStack();

  constructor(parts: RingPusherParts) {
    this.#parts = parts;
    this.#elsewhere = new RingsElsewhere(parts.now);
    const { bus } = parts;
    this.#subscriptions.use(bus.hear((announcement, from) => this.#hear(announcement, from)));
    this.#subscriptions.use(bus.onChange(() => void this.#look()));
    if (bus.isShared) bus.announce({ type: "rings-wanted" });
  }

  begin(call: RingingCall, caller: Person): void {
    if (call.isQuiet || call.isRevoked || call.isSilenced || this.#rings.has(call.callId)) return;
    const ring = this.#add(call, caller, false);
    void this.#pushAfter(ring, serverLimits.ringPushDelayMs, (device) => this.#isAway(device));
    void this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, async () => true);
  }

  isNobodys(call: RingingCall): boolean {
    if (call.isQuiet || call.isRevoked || this.#rings.has(call.callId)) return false;
    return this.#isUnclaimed(call);
  }

  /**
   * A ring of before the start, when every device lost its connection and may be coming back; of a
   * node that died; or one of which nobody learned that its commit happened.
   */
  resume(call: RingingCall, caller: Person): void {
    if (!this.isNobodys(call)) return;
    const known = this.#elsewhere.take(call.callId);
    const ring = this.#add(call, caller, true, known);
    if (call.isSilenced || known?.isSilenced === true) ring.ringing.abort();
    void this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, async () => true);
  }

  acknowledge(callId: CallId, device: DeviceId): void {
    this.#parts.bus.announce({ type: "ring-known", callId, device });
  }

  /**
   * The last page of a device on this node closed. One that is only loaded again says once more that
   * it rings.
   */
  disconnected(account: AccountId, device: DeviceId): void {
    this.#parts.bus.announce({ type: "page-closed", account, device });
  }

  silence(callId: CallId): void {
    this.#parts.bus.announce({ type: "ring-silenced", callId });
  }

  end(callId: CallId, reason: EndReason): void {
    this.#parts.bus.announce({ type: "ring-ended", callId, reason });
  }

  [Symbol.dispose](): void {
    this.#subscriptions.dispose();
    this.#closed.abort();
    for (const { ringing } of this.#rings.values()) ringing.abort();
    this.#rings.clear();
  }

  #hear(announcement: Announcement, from: NodeId): void {
    const own = "callId" in announcement ? this.#rings.get(announcement.callId) : undefined;
    if (own === undefined && this.#parts.bus.isShared) this.#elsewhere.hear(announcement, from);
    switch (announcement.type) {
      case "ring-known":
        own?.knowing.add(announcement.device);
        break;
      case "ring-silenced":
        own?.ringing.abort();
        break;
      case "ring-ended":
        if (own !== undefined) this.#end(own, announcement.reason);
        break;
      case "page-closed":
        for (const ring of this.#rings.values()) {
          if (ring.callee === announcement.account) void this.#left(ring, announcement.device);
        }
        break;
      case "rings-wanted":
        if (from !== this.#parts.bus.node)
          for (const ring of this.#rings.values()) this.#claim(ring);
        break;
      case "ring-kept":
      case "ring-pushed":
      case "challenge-used":
        break;
    }
  }

  /** Says that this node pushes it. */
  #claim({ callId, knowing, pushed }: Ring): void {
    const devices = { knowing: [...knowing], pushed: [...pushed.keys()] };
    this.#parts.bus.announce({ type: "ring-kept", callId, ...devices });
  }

  #isUnclaimed({ callId, rangAt }: RingingCall): boolean {
    const { bus, now } = this.#parts;
    const members = bus.members();
    if (members.length === 1) return true;
    const keeper = this.#elsewhere.get(callId)?.keeper ?? null;
    // Of a young one it may not have been heard yet.
    if (keeper === null) return now() - rangAt >= serverLimits.ringUnclaimedMs;
    return !members.includes(keeper);
  }

  /** A node came or went, or this one was deaf for a while: what was missed stands in the rows. */
  async #look(): Promise<void> {
    const { store, bus, logger } = this.#parts;
    try {
      const own = [...this.#rings.values()];
      for (const ring of own) this.#claim(ring);
      for (const ring of own) {
        const stored = await loadCall(store.db, ring.callId);
        if (stored?.call.state !== "ringing") this.#end(ring, reasonOf(stored?.call));
      }
      for (const ring of this.#elsewhere.endedWithTheirNode(bus.members())) {
        if (bus.isMine(ring.callId)) await this.#endFor(ring);
      }
    } catch (error) {
      logger.error({ error }, "the rings of another node could not be looked after");
    }
  }

  /** The node that pushed this ring died, and may have told nobody that it is over. */
  async #endFor(known: RingElsewhere): Promise<void> {
    const { store } = this.#parts;
    this.#elsewhere.take(known.callId);
    const call = (await loadCall(store.db, known.callId))?.call;
    if (call === undefined || known.ended === null) return;
    const caller = (await participantsOf(store.db, [call])).get(call.caller.accountId);
    if (caller === undefined) return;
    const ring = this.#add({ ...call, dueAt: 0 }, caller, true, known);
    if (known.isSilenced) ring.ringing.abort();
    this.#end(ring, known.ended.reason);
  }

  /** Its last page on one node closed; it may have another elsewhere. */
  async #left(ring: Ring, device: DeviceId): Promise<void> {
    if (!ring.knowing.delete(device)) return;
    if (!(await this.#isAway(device))) {
      ring.knowing.add(device);
      return;
    }
    const isIt = async (one: DeviceId) => one === device;
    await this.#pushAfter(ring, serverLimits.ringAcknowledgeTimeoutMs, isIt);
  }

  #end(ring: Ring, reason: EndReason): void {
    if (!this.#rings.delete(ring.callId)) return;
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

  #add(
    call: Pick<RingingCall, "callId" | "kind" | "route" | "calleeAccountId" | "dueAt">,
    caller: Person,
    isResumed: boolean,
    known?: RingElsewhere,
  ): Ring {
    const ring: Ring = {
      callId: call.callId,
      kind: call.kind,
      route: call.route,
      callee: call.calleeAccountId,
      caller,
      endsAt: call.dueAt,
      ringing: new AbortController(),
      knowing: new Set(known?.knowing),
      pushed: new Map([...(known?.pushed ?? [])].map((device) => [device, arrived])),
      isResumed,
    };
    this.#rings.set(ring.callId, ring);
    if (this.#parts.bus.isShared) this.#claim(ring);
    return ring;
  }

  async #isAway(device: DeviceId): Promise<boolean> {
    return (await this.#parts.bus.isConnected(device)) !== true;
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
      if (!(await isMeant(device)) || !(await this.#stillRings(ring)) || signal.aborted) return;
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
      if ((await sent) && this.#parts.bus.isShared) {
        this.#parts.bus.announce({ type: "ring-pushed", callId, device });
      }
    });
  }

  /** By the row of its call: what was said of it may have been lost, or have come before the ring. */
  async #stillRings(ring: Ring): Promise<boolean> {
    const call = (await loadCall(this.#parts.store.db, ring.callId))?.call;
    if (call?.state === "ringing") return !call.isRevoked && !call.isSilenced;
    void this.#endUnlessTold(ring, reasonOf(call));
    return false;
  }

  /** Whoever ended it knows better why, and is mostly just saying so. */
  async #endUnlessTold(ring: Ring, reason: EndReason): Promise<void> {
    const isUntold = await this.#parts.wait(serverLimits.ringUnclaimedMs, ring.ringing.signal);
    if (isUntold) this.#end(ring, reason);
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

const arrived = Promise.resolve(true);

/** Why a ring is over, where the row of its call is all that is known of it. */
function reasonOf(call: Call | undefined): EndReason {
  if (call === undefined) return "cancelled";
  return call.state === "ended" ? "missed" : "answered-elsewhere";
}

/** What stands in the notification's place once it is over. */
function messageOfEnd({ callId, kind, caller }: Ring, reason: EndReason): PushMessage {
  const ofCall = { callId, kind, with: caller };
  if (reason === "missed") return { type: "missed", ...ofCall };
  const isElsewhere = reason === "answered-elsewhere" || reason === "declined-elsewhere";
  return { type: "over", ...ofCall, how: isElsewhere ? reason : "ended" };
}
