import { isFingerprintRight } from "../stun/fingerprint.ts";
import { parseMessage } from "../stun/message.ts";
import { type Action, drop, type DropReason } from "./action.ts";
import { endAllocation, liveAllocation } from "./allocation.ts";
import { answerRequest } from "./answer-request.ts";
import {
  askForCalls,
  declareCall,
  type DeclaredCall,
  endCall,
  replaceCalls,
  type Speaker,
} from "./call.ts";
import { isChannelData } from "./channel-data.ts";
import type { Counters } from "./counters.ts";
import { type CoreFigures, readFigures } from "./figures.ts";
import type { FiveTuple } from "./five-tuple.ts";
import { forwardChannelData, forwardData, forwardSendIndication } from "./forward.ts";
import { turnMethod } from "./method.ts";
import type { RelayedAddress } from "./relayed-address.ts";
import { makeRelayState, type RelaySettings, type RelayState } from "./relay-state.ts";
import { admitRequest, isOwnersRequest } from "./request-quota.ts";
import { type Route, routeChannel, routePeer } from "./route.ts";

/**
 * TURN (RFC 8656) that carries the media between the two parties of one call and does nothing else.
 *
 * Bytes and the time go in, one action comes out; sockets and clocks are the shell's. Two tables
 * decide where a packet goes: five-tuple to allocation, and inside an allocation channel to peer,
 * address to the other party's allocation. All times are Unix times in milliseconds.
 */
export class ClosedRelay {
  readonly #state: RelayState;

  constructor(settings: RelaySettings) {
    this.#state = makeRelayState(settings);
  }

  /**
   * Takes one datagram, or one frame of a stream.
   *
   * @param bytes become the relay's own: what is passed on is passed on in them
   */
  receive(tuple: FiveTuple, bytes: Uint8Array, now: number): Action {
    const action = this.#judge(tuple, bytes, now);
    if (action.type === "drop") this.#state.counters.drops[action.reason]++;
    return action;
  }

  #judge(tuple: FiveTuple, bytes: Uint8Array, now: number): Action {
    const state = this.#state;
    const allocation = liveAllocation(state, tuple, now);
    if (isChannelData(bytes)) {
      if (allocation === undefined) return drop("no-allocation");
      return forwardChannelData(state, allocation, bytes, now);
    }
    // Here rather than where it is answered: a flood is not even parsed.
    if (allocation !== undefined && isOwnersRequest(bytes)) {
      if (!admitRequest(allocation, state.limits, now)) return drop("too-many-requests");
    }
    const message = parseMessage(bytes);
    if (message === undefined || !isFingerprintRight(message)) return drop("malformed");
    switch (message.class) {
      case "request":
        return answerRequest(state, tuple, message, allocation, now);
      case "indication":
        if (message.method !== turnMethod.send) return drop("unwanted");
        if (allocation === undefined) return drop("no-allocation");
        return forwardSendIndication(state, allocation, message, now);
      case "success":
      case "error":
        // The relay asks nothing, so it has no answers to expect. Two servers whose packets reach
        // each other must fall silent.
        return drop("unwanted");
    }
  }

  /**
   * Where ChannelData goes, for a data path that keeps the answer as long as `isRouteGood` says: it
   * forwards by `forward` then, without showing each packet to `receive`.
   */
  routeChannel(tuple: FiveTuple, channel: number, now: number): Route | DropReason {
    const allocation = liveAllocation(this.#state, tuple, now);
    return allocation === undefined ? "no-allocation" : routeChannel(allocation, channel, now);
  }

  /** Where the data of Send indications goes. */
  routePeer(tuple: FiveTuple, peer: RelayedAddress | undefined, now: number): Route | DropReason {
    const allocation = liveAllocation(this.#state, tuple, now);
    return allocation === undefined ? "no-allocation" : routePeer(allocation, peer, now);
  }

  /** Makes of data what the receiver of a good route understands, in place: see `forwardData`. */
  forward(
    route: Route,
    bytes: Uint8Array,
    offset: number,
    length: number,
    bytesIn: number,
    now: number,
  ): number | DropReason {
    return forwardData(this.#state, route, bytes, offset, length, bytesIn, now);
  }

  /** RFC 8656 §7: a stream that is gone takes its allocation along. */
  disconnect(tuple: FiveTuple): void {
    const allocation = this.#state.allocations.get(tuple.key);
    if (allocation !== undefined) endAllocation(this.#state, allocation);
  }

  hasAllocation(tuple: FiveTuple, now: number): boolean {
    return liveAllocation(this.#state, tuple, now) !== undefined;
  }

  /** What it has done. The shell counts here what it drops or refuses by itself. */
  get counters(): Counters {
    return this.#state.counters;
  }

  /** How many allocations there are, expired ones included until they are swept. */
  allocations(): number {
    return this.#state.allocations.size;
  }

  /** An application says that a call is live, and perhaps joined or direct. False where the call has ended. */
  declareCall(speaker: Speaker, call: DeclaredCall, now: number): boolean {
    return declareCall(this.#state, speaker, call, now);
  }

  /** To be called before an application is asked which calls are live. */
  askForCalls(speaker: Speaker): void {
    askForCalls(this.#state, speaker);
  }

  /**
   * An application says which calls are live: exactly these, of those that it ever declared, or that
   * a node which shares its database had declared before this one was asked.
   */
  replaceCalls(speaker: Speaker, calls: readonly DeclaredCall[], now: number): void {
    replaceCalls(this.#state, speaker, calls, now);
  }

  endCall(callId: string, now: number): void {
    endCall(this.#state, callId, now);
  }

  /**
   * From now on it takes no new calls; those that it serves go on, with all that their devices may
   * still ask for.
   */
  drain(): void {
    this.#state.isDraining = true;
  }

  figures(): CoreFigures {
    return readFigures(this.#state);
  }

  /**
   * How many entries every table has.
   *
   * @internal for tests: what is over must be nowhere
   */
  tables(): Record<"allocations" | "calls" | "ended" | "sources", number> {
    const { allocations, calls, ended, sources } = this.#state;
    return {
      allocations: allocations.size,
      calls: calls.size,
      ended: ended.size,
      sources: sources.size,
    };
  }

  /** Forgets what has expired. To be called every second or so; nothing depends on when. */
  sweep(now: number): void {
    const state = this.#state;
    for (const allocation of state.allocations.values()) {
      if (allocation.expiresAt <= now) endAllocation(state, allocation);
    }
    for (const call of state.calls.values()) {
      if (call.endsAt <= now) endCall(state, call.id, now);
      // Nobody declares the calls of a relay that runs alone: they are there while they are used.
      else if (state.isAlone && call.allocations.size === 0) state.calls.delete(call.id);
    }
    for (const [callId, until] of state.ended) if (until <= now) state.ended.delete(callId);
  }
}
