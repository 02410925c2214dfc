import { isIPv6 } from "node:net";

/** Where this machine reaches a server that listens on the host, as it stands in a URL. */
export function localHostOf(host: string): string {
  if (host === "::" || host === "0.0.0.0") return "127.0.0.1";
  return isIPv6(host) ? `[${host}]` : host;
}
