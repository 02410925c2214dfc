import type { IceCandidate } from "@ringfence/protocol";

/**
 * Parts a description from its candidates, so that they can be used later: each is given with the
 * section that it stood in (RFC 8839 §5.1). That they are all of them is left unsaid.
 */
export function takeOutCandidates(sdp: string): {
  description: string;
  candidates: IceCandidate[];
} {
  const candidates: IceCandidate[] = [];
  const left: string[] = [];
  let section = -1;
  for (const line of sdp.split("\r\n")) {
    if (line.startsWith("m=")) section += 1;
    if (line.startsWith("a=candidate:")) {
      const candidate = line.slice("a=".length);
      candidates.push({ candidate, sdpMid: null, sdpMLineIndex: section });
    } else if (line !== "a=end-of-candidates") left.push(line);
  }
  return { description: left.join("\r\n"), candidates };
}
