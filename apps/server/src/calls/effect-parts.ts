import type { RingingCall } from "@ringfence/call";
import type { CallId, DeviceId, EndReason, Person } from "@ringfence/protocol";

/** What the relays are told of a call. The answers may be waited for; nothing depends on them. */
export interface RelayOrders {
  callLive(callId: string): Promise<unknown>;
  direct(callId: string): Promise<unknown>;
  join(callId: string, callerDevice: string, calleeDevice: string): Promise<unknown>;
  end(callId: string): Promise<unknown>;
  /** 0: no call could carry media now. */
  connectedRelays(): number;
}

/**
 * Rings the callee's devices whose page is closed. It is told what is durable, in its order, and
 * nothing waits for it. A call that it does not know is none of its own.
 */
export interface RingPush {
  begin(call: RingingCall, caller: Person): void;
  /** A ring goes on whose node has started anew, or died. */
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
