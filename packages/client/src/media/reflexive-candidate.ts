/** RFC 8445 §5.1.2.1: the recommended preference of the type, and the greatest of everything else. */
const reflexivePriority = 100 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

/**
 * The candidate that a browser's relay told it of on the way: to allocate, it was answered which
 * address its router has (RFC 8656 §7.2, XOR-MAPPED-ADDRESS), which it writes as the related address
 * of the relayed one. Chromium asks for it once more, by a Binding, but listens for the answer only
 * until a path is there, and the relayed path is there sooner.
 *
 * @param candidate a relayed one, as the browser wrote it, of a relay that is reached over UDP
 * @returns null where it does not say
 */
export function reflexiveCandidateOf(candidate: string): string | null {
  const found = /^candidate:(\S+) 1 udp .* typ relay raddr (\S+) rport (\d+)/i.exec(candidate);
  const [, foundation, address, port] = found ?? [];
  if (address === undefined || port === "0") return null;
  // RFC 8445 §5.1.1.3: another type has another foundation.
  const name = `candidate:r${foundation} 1 udp ${reflexivePriority}`;
  return `${name} ${address} ${port} typ srflx raddr 0.0.0.0 rport 0`;
}
