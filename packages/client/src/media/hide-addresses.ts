/**
 * Takes out of a description every address that is not a candidate's: a browser writes where it
 * stands into `o=`, and its first candidate into `c=`, `a=rtcp` and the ports of `m=`. What is put
 * there instead says nothing (RFC 8839 §4.3.1: 0.0.0.0 and port 9 until there is a candidate).
 * `checkDescription` still has the last word.
 */
export function hideAddresses(sdp: string): string {
  return sdp.split("\r\n").map(hideInLine).join("\r\n");
}

function hideInLine(line: string): string {
  if (line.startsWith("o=")) {
    // Firefox puts its version where a name may stand.
    const [, id, revision] = line.split(" ");
    return `o=- ${id} ${revision} IN IP4 0.0.0.0`;
  }
  if (line.startsWith("c=")) return "c=IN IP4 0.0.0.0";
  if (line.startsWith("a=rtcp:")) return "a=rtcp:9 IN IP4 0.0.0.0";
  if (line.startsWith("m=")) {
    const [media, port, ...rest] = line.split(" ");
    // Port 0 refuses the section, or leaves it to the bundle: that must stay.
    return [media, port === "0" ? "0" : "9", ...rest].join(" ");
  }
  return isCandidate(line) ? hideNetwork(line) : line;
}

/**
 * What of a direct call's description may be sent while nobody has accepted: all but the candidates
 * that show an address, and the word that there will be no more of them.
 */
export function hideDirectCandidates(sdp: string): string {
  const lines = sdp.split("\r\n");
  const kept = lines.filter(
    (line) => line !== "a=end-of-candidates" && (!isCandidate(line) || isRelayed(line)),
  );
  return kept.map((line) => (isCandidate(line) ? hideRelated(line) : line)).join("\r\n");
}

/** Whether a candidate is an address that the relay gave out. */
export function isRelayed(candidate: string): boolean {
  return candidate.includes(" typ relay ") || candidate.endsWith(" typ relay");
}

/**
 * Takes out of a candidate the address from which it was found (RFC 8839 §5.1, `raddr`): behind a
 * relay the one that the router has, behind a router the one at home. Nothing needs it to connect.
 */
export function hideRelated(candidate: string): string {
  return candidate.replace(/ raddr \S+ rport \S+/, " raddr 0.0.0.0 rport 0");
}

function isCandidate(line: string): boolean {
  return line.startsWith("a=candidate:");
}

/**
 * Takes out of a candidate what Chromium adds for itself: which of this machine's networks it is of
 * and what that costs, which tells a telephone network from a home's.
 */
export function hideNetwork(candidate: string): string {
  const fields = candidate.split(" ");
  return fields
    .filter((field, index) => !isOfNetwork(field) && !isOfNetwork(fields[index - 1]))
    .join(" ");
}

function isOfNetwork(field: string | undefined): boolean {
  return field === "network-id" || field === "network-cost";
}
