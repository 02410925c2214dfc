import { type AcceptedCall, type Call, hasBeenAnswered, type RelayEvent } from "@ringfence/call";
import type { CallId } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import type { Reader } from "../store/store.ts";
import { callsAtOtherRelays, callsOnTheirWay } from "./call-store.ts";
import type { RelayOrders } from "./effect-parts.ts";

export interface MovingCallsParts {
  db: Reader;
  relay: Pick<RelayOrders, "liveIds" | "choose" | "urlsOf" | "callLive" | "direct" | "join">;
  /** Tells a call of its relays; resolves when that is saved, and the relays have been told. */
  send: (callId: CallId, event: RelayEvent) => Promise<void>;
  /** Whether this node is the one of all that looks after the call. */
  isMine: (callId: CallId) => boolean;
  now: () => number;
  logger: Logger;
}

/**
 * Moves the calls of a relay that is gone to another one. A relay that comes back within a moment was
 * not gone; one that has not found this node since its start has longer, from when the first did. The node
 * that looks after a call moves it, and a little later any node does: the two may have died together.
 */
export class MovingCalls implements Disposable {
  readonly #parts: MovingCallsParts;
  /** When the first relay was live here: the others are just finding this node, too. */
  #firstLiveAt: number | undefined;
  /** Relays that were live since this node started. */
  readonly #seen = new Set<string>();
  /** Since when a relay that has calls is not live. */
  #missingSince = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;
  #isDisposed = false;

  constructor(parts: MovingCallsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#wakeIn(serverLimits.relayRoundMs);
  }

  /** One look around; also to be had whenever a relay came or went. Never rejects. */
  look(): Promise<void> {
    if (this.#looking !== undefined) this.#mustLookAgain = true;
    this.#looking ??= this.#lookAround();
    return this.#looking;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #lookAround(): Promise<void> {
    let waitMs: number = serverLimits.relayRoundMs;
    do {
      this.#mustLookAgain = false;
      try {
        waitMs = await this.#moveAll();
      } catch (error) {
        waitMs = serverLimits.strandedCallsRoundMs;
        this.#logFailure(error);
      }
    } while (this.#mustLookAgain && !this.#isDisposed);
    this.#looking = undefined;
    this.#wakeIn(waitMs);
  }

  /** @returns after how many milliseconds to look again */
  async #moveAll(): Promise<number> {
    const { db, relay, now, logger } = this.#parts;
    const live = relay.liveIds();
    for (const id of live) this.#seen.add(id);
    if (live.length > 0) this.#firstLiveAt ??= now();
    const stranded = await callsAtOtherRelays(db, live, logger);
    const missingSince = new Map<string, number>();
    for (const { relay: own } of stranded) {
      missingSince.set(own.id, this.#missingSince.get(own.id) ?? now());
    }
    this.#missingSince = missingSince;
    const { relayRoundMs, strandedCallsRoundMs, dueCallsAtOnceMax } = serverLimits;
    const due: Call[] = [];
    // Of a node that died, or could not write, between the two steps of a move.
    const onTheirWay = (await callsOnTheirWay(db, live, logger)).filter(canRestart);
    const isAny = stranded.length + onTheirWay.length > 0;
    let waitMs: number = isAny ? strandedCallsRoundMs : relayRoundMs;
    for (const call of stranded) {
      const leftMs = this.#leftMs(call);
      if (leftMs <= 0) due.push(call);
      else waitMs = Math.min(waitMs, leftMs);
    }
    const moves = [
      ...due.map((call) => () => this.#move(call)),
      ...onTheirWay.map((call) => () => this.#finish(call)),
    ];
    for (let first = 0; first < moves.length; first += dueCallsAtOnceMax) {
      const some = moves.slice(first, first + dueCallsAtOnceMax);
      const moved = await Promise.allSettled(some.map((move) => move()));
      for (const one of moved) if (one.status === "rejected") this.#logFailure(one.reason);
    }
    return waitMs;
  }

  /** How long a call still waits for its relay to come back, or for another node to move it. */
  #leftMs({ callId, relay }: Call): number {
    const { now, isMine } = this.#parts;
    const since = this.#missingSince.get(relay.id) ?? now();
    const back = this.#seen.has(relay.id)
      ? since + serverLimits.relayReturnMs
      : Math.max(since, this.#firstLiveAt ?? now()) + serverLimits.relayConnectMs;
    return back + (isMine(callId) ? 0 : serverLimits.otherNodesRelayMs) - now();
  }

  async #move({ callId, relay: { id: relayId, left } }: Call): Promise<void> {
    const { relay, send, logger } = this.#parts;
    if (this.#isDisposed || relay.liveIds().includes(relayId)) return;
    const nextId = relay.choose(callId, left);
    if (nextId === null) return;
    logger.info(`call ${callId} goes to another relay: its own is gone`);
    const nextUrls = [...relay.urlsOf(nextId)];
    await send(callId, { type: "relay-gone", relayId, nextId, nextUrls });
    await send(callId, { type: "relay-ready", relayId: nextId });
  }

  /** The second step of a move alone. Whether the relay was told nobody knows. */
  async #finish(call: AcceptedCall): Promise<void> {
    const { relay, send } = this.#parts;
    if (this.#isDisposed) return;
    const { callId, relay: at, caller, calleeDeviceId } = call;
    await relay.callLive(at.id, callId);
    if (call.route === "direct") await relay.direct(at.id, callId);
    await relay.join(at.id, callId, caller.deviceId, calleeDeviceId);
    await send(callId, { type: "relay-ready", relayId: at.id });
  }

  #logFailure(error: unknown): void {
    this.#parts.logger.error({ error }, "a call of a lost relay could not be moved");
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => void this.look(), ms);
  }
}

/** Whether the two would be asked for a round now. */
function canRestart(call: Call): call is AcceptedCall {
  return "calleeDeviceId" in call && hasBeenAnswered(call);
}
