import { isIPv6 } from "node:net";
import type { Config } from "../config.ts";
import { isLoopback } from "../loopback.ts";

/** What people type to reach the server, as far as the settings tell. */
export function originOf({ publicOrigin, tls, host, port }: Config): string {
  if (publicOrigin !== undefined) return publicOrigin;
  const isEverywhere = host === "::" || host === "0.0.0.0";
  const name = isEverywhere || isLoopback(host) ? "localhost" : host;
  const scheme = tls === undefined ? "http" : "https";
  return new URL(`${scheme}://${isIPv6(name) ? `[${name}]` : name}:${port}`).origin;
}
