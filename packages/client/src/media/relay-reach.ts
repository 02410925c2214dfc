import { type Transport, transportOf } from "../connection-test/transport.ts";

/**
 * Over what this browser reached the relay, of the ways that it was given; nothing before the first
 * of them is known. A way that was reached once counts as reached.
 */
export type RelayReach = Readonly<Partial<Record<Transport, "trying" | "reached" | "failed">>>;

export const nothingReached: RelayReach = {};

/**
 * Follows what a connection's gathering says of the relay: `icecandidateerror` (W3C webrtc §5.7), once
 * for each address of the relay and each network of this machine, and its end. Chromium says nothing
 * of a TCP connection that is refused; then what was not found by the end failed.
 *
 * @param urls those of the relay that the connection was given
 */
export function watchRelayReach(
  connection: EventTarget & Pick<RTCPeerConnection, "iceGatheringState">,
  urls: readonly string[],
  onChange: (reach: RelayReach) => void,
): void {
  const offered = new Set(urls.map(transportOf));
  let reach: RelayReach = Object.fromEntries(
    [...offered].map((transport) => [transport, "trying"] as const),
  );
  const note = (transport: Transport | null, result: "reached" | "failed") => {
    if (transport === null || !offered.has(transport)) return;
    if (reach[transport] === "reached" || reach[transport] === result) return;
    reach = { ...reach, [transport]: result };
    onChange(reach);
  };
  connection.addEventListener("icecandidate", (event) => {
    const { candidate } = event as RTCPeerConnectionIceEvent;
    if (candidate !== null) note(transportOfCandidate(candidate, offered), "reached");
  });
  connection.addEventListener("icecandidateerror", (event) => {
    const { url } = event as RTCPeerConnectionIceErrorEvent;
    if (url !== null && url !== "") note(transportOf(url), "failed");
  });
  connection.addEventListener("icegatheringstatechange", () => {
    if (connection.iceGatheringState !== "complete") return;
    for (const transport of offered) note(transport, "failed");
  });
}

/** Firefox tells neither; then nothing follows, but where there is one way only. */
function transportOfCandidate(
  {
    type,
    relayProtocol,
    url,
  }: Pick<RTCIceCandidate, "type"> & {
    relayProtocol?: string | null;
    url?: string | null;
  },
  offered: ReadonlySet<Transport>,
): Transport | null {
  if (type !== "relay") return null;
  if (relayProtocol === "udp" || relayProtocol === "tcp" || relayProtocol === "tls") {
    return relayProtocol;
  }
  if (url != null && url !== "") return transportOf(url);
  const [only] = offered;
  return offered.size === 1 && only !== undefined ? only : null;
}
