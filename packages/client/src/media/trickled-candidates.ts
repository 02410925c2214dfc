import type { IceCandidate } from "@ringfence/protocol";

/** Gives a browser one of the other side's. */
export async function useCandidate(
  connection: RTCPeerConnection,
  candidate: IceCandidate,
): Promise<void> {
  try {
    await connection.addIceCandidate(candidate);
  } catch {
    // A candidate that this browser cannot use leaves the others.
  }
}

/** Not the end of candidates, and none that was found for a description before this one. */
export function isCurrent(
  connection: RTCPeerConnection,
  { candidate, usernameFragment }: RTCIceCandidate,
): boolean {
  if (candidate === "" || usernameFragment === null) return candidate !== "";
  const described = connection.localDescription?.sdp;
  return described?.includes(`a=ice-ufrag:${usernameFragment}\r\n`) === true;
}
