import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { addressClassOf } from "../address-class.ts";
import { plainHostname } from "../plain-hostname.ts";

/**
 * Which reverse proxies are believed: none, those on this machine and in private networks, or those
 * at these addresses.
 */
export type TrustProxy = boolean | readonly string[];

export interface ProxySettings {
  readonly trustProxy: TrustProxy;
}

/** Whether whoever connected from an address is a proxy of the operator's. */
export function isProxyAddress(
  address: string | undefined,
  { trustProxy }: ProxySettings,
): boolean {
  const plain = plainAddress(address ?? "");
  if (typeof trustProxy !== "boolean") return trustProxy.includes(plain);
  return trustProxy && addressClassOf(plain) === "own";
}

/** One spelling for each address: IPv4 out of the clothes of IPv6, and IPv6 in its shortest form. */
export function plainAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIP(plain) !== 6) return plain;
  return plainHostname(URL.parse(`http://[${plain}]`)?.hostname ?? plain);
}

/**
 * What the nearest proxy wrote into a header: the last entry of a list there. Undefined where it
 * wrote nothing, and where the request comes from nobody who is believed: the port stands open beside
 * the proxy, and whoever comes to it directly could write anything.
 */
export function saidByProxy(
  request: IncomingMessage,
  header: "x-forwarded-for" | "x-forwarded-proto",
  settings: ProxySettings,
): string | undefined {
  if (!isProxyAddress(request.socket.remoteAddress, settings)) return undefined;
  return lastOf(request.headers[header]) || undefined;
}

/** The last entry of a list in a header: the one that the nearest proxy wrote. */
export function lastOf(header: string | readonly string[] | undefined): string | undefined {
  return String(header ?? "")
    .split(",")
    .at(-1)
    ?.trim();
}
