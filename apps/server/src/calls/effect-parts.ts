import type { RingingCall } from "@ringfence/call";
import type { CallId, DeviceId, EndReason, Person } from "@ringfence/protocol";

/**
 * The relays that calls can be carried by, and what they are told of a call. The answers may be waited
 * for; nothing depends on them.
 */
export interface RelayOrders {
  /**
   * The one for a call, the same on every node.
   *
   * @param left those that it was at
   * @returns its id; null while no call could carry media
   */
  choose(callId: string, left?: readonly string[]): string | null;
  /** Those that carry calls, also where they take no new ones. */
  liveIds(): readonly string[];
  /** Where browsers find a relay; none where it is at the web server's own place, or not known. */
  urlsOf(relayId: string): readonly string[];
  callLive(at: string, callId: string): Promise<unknown>;
  direct(at: string, callId: string): Promise<unknown>;
  join(at: string, callId: string, callerDevice: string, calleeDevice: string): Promise<unknown>;
  end(at: readonly string[], callId: string): Promise<unknown>;
}

/**
 * Rings the callee's devices whose page is closed. It is told what is durable, in its order, and
 * nothing waits for it. A call that it does not know is none of its own.
 */
export interface RingPush {
  begin(call: RingingCall, caller: Person): void;
  /** Whether a ring should be pushed and is not, for all that this node knows. */
  isNobodys(call: RingingCall): boolean;
  /** A ring goes on whose node has started anew, or died. Nothing where it is not nobody's. */
  resume(call: RingingCall, caller: Person): void;
  /** A page of the device shows the ring, or its person has answered it there. */
  acknowledge(callId: CallId, device: DeviceId): void;
  silence(callId: CallId): void;
  /** It rings no more for the callee, for the reason that the callee's devices are told. */
  end(callId: CallId, reason: EndReason): void;
}

export interface EffectParts {
  relay: RelayOrders;
  ringPush: RingPush;
  /** 0: no record of any call is kept. */
  callRecordDays: number;
}
