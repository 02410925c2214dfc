/** How a browser reaches the relay. Over TLS is over TCP too. */
export type Transport = "udp" | "tcp" | "tls";

/** Those that there are, the one that suits calls best first. */
export const transports: readonly Transport[] = ["udp", "tcp", "tls"];

/** What a `turn:` or `turns:` address goes by (RFC 7065 §3.1: UDP where it does not say). */
export function transportOf(url: string): Transport {
  if (/^turns:/i.test(url)) return "tls";
  return /\?transport=tcp$/i.test(url) ? "tcp" : "udp";
}
