/** The host of a URL: an IPv6 address without the brackets that it has there (RFC 3986 §3.2.2). */
export function plainHostname(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
