import type { Call, CallDevice } from "@ringfence/call";
import type { RelayCredential } from "@ringfence/protocol";

/** What the relays are told of a call. The answers may be waited for; nothing depends on them. */
export interface RelayOrders {
  callLive(callId: string): Promise<unknown>;
  direct(callId: string): Promise<unknown>;
  join(callId: string, callerDevice: string, calleeDevice: string): Promise<unknown>;
  end(callId: string): Promise<unknown>;
  /** 0: no call could carry media now. */
  connectedRelays(): number;
}

export interface EffectParts {
  relay: RelayOrders;
  /** A credential for this device's side of the call. */
  credentialFor: (call: Call, device: CallDevice, now: number) => RelayCredential;
  /** 0: no record of any call is kept. */
  callRecordDays: number;
}
