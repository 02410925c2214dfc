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
  /** 0: no record of any call is kept. */
  callRecordDays: number;
}
