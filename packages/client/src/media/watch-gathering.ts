import { clientLimits } from "../limits.ts";

/** As WebRTC has it by now. Firefox does not tell the protocol, and drops no late candidate. */
export type FoundCandidate = RTCIceCandidate & { readonly relayProtocol?: string | null };

export interface Gathering {
  /** There is a relayed candidate over UDP, or none came in time. */
  readonly hasWay: Promise<void>;
  /** There was time for more ways than the first. */
  readonly isEnough: Promise<void>;
}

/**
 * Watches what a connection gathers. To be called before its description is set.
 *
 * Chromium stops gathering as soon as one pair works, and drops what comes later. Its first request to
 * the relay over UDP may be lost; the next follows after 250 ms (RFC 8489 §6.2.1), when a pair over TCP
 * can have begun to work, and the call would stay on that to its end. So this side lets no pair begin
 * before it has its way over UDP, or has waited for it. In a direct call that way also tells this browser
 * how the other one can reach it.
 */
export function watchGathering(connection: Pick<RTCPeerConnection, "addEventListener">): Gathering {
  const way = Promise.withResolvers<void>();
  const enough = Promise.withResolvers<void>();
  const scope = new AbortController();
  const { signal } = scope;
  let wayTimer = setTimeout(way.resolve, clientLimits.gatherMaxMs);
  let enoughTimer: ReturnType<typeof setTimeout> | undefined;
  let hasSlowWay = false;
  const take = ({ candidate }: RTCPeerConnectionIceEvent) => {
    // There will be no more.
    if (candidate === null) enough.resolve();
    if (candidate === null || isRelayedOverUdp(candidate)) way.resolve();
    else if (!hasSlowWay) {
      hasSlowWay = true;
      clearTimeout(wayTimer);
      wayTimer = setTimeout(way.resolve, clientLimits.gatherUdpMs);
    }
  };
  connection.addEventListener("icecandidate", take, { signal });
  void way.promise.then(() => {
    clearTimeout(wayTimer);
    enoughTimer = setTimeout(enough.resolve, clientLimits.gatherMoreMs);
  });
  void Promise.all([way.promise, enough.promise]).then(() => {
    clearTimeout(wayTimer);
    clearTimeout(enoughTimer);
    scope.abort();
  });
  return { hasWay: way.promise, isEnough: enough.promise };
}

function isRelayedOverUdp({ type, relayProtocol }: FoundCandidate): boolean {
  return type === "relay" && relayProtocol !== "tcp" && relayProtocol !== "tls";
}
