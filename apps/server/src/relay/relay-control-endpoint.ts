import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Call } from "@ringfence/call";
import type { LiveCall, RelayControl } from "@ringfence/relay";
import { WebSocketServer } from "ws";
import type { UnreadableCall } from "../calls/call-store.ts";

export const relayControlPath = "/relay-control";

/** A relay says little; a peer that has not proved itself may say even less. */
const frameBytesMax = 65_536;

/** Hands WebSockets on the control path to `RelayControl`, which trusts none before its proof. */
export function createRelayControlEndpoint(control: RelayControl) {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytesMax,
    perMessageDeflate: false,
  });
  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      sockets.handleUpgrade(request, socket, head, (webSocket) => control.accept(webSocket));
    },
  };
}

/**
 * What the relays must know of a call that is not over. Of one that this version cannot read they have
 * been told the rest by who can.
 */
export function liveCallOf(call: Call | UnreadableCall): LiveCall {
  if (call.state === "unreadable") return { callId: call.callId };
  const live = { callId: call.callId, ...(call.route === "direct" && { direct: true }) };
  if (!("calleeDeviceId" in call)) return live;
  return {
    ...live,
    join: { callerDevice: call.caller.deviceId, calleeDevice: call.calleeDeviceId },
  };
}
