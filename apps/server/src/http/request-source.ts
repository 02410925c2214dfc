import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv4, isIPv6 } from "node:net";
import { type OriginSettings, lastOf } from "./origin.ts";

/**
 * Names the network that a request comes from by a hash that only this process can make, so that
 * rates can be kept by source without an address being kept anywhere.
 */
export function createSourceNames({
  trustProxy,
}: Pick<OriginSettings, "trustProxy">): (request: IncomingMessage) => string {
  const key = randomBytes(32);
  return (request) => {
    const forwarded = trustProxy ? lastOf(request.headers["x-forwarded-for"]) : undefined;
    const address = forwarded || request.socket.remoteAddress || "";
    return createHmac("sha256", key).update(networkOf(address)).digest("base64url").slice(0, 22);
  };
}

/** One host has one IPv4 address, and with IPv6 usually a /64 to choose from. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(plain) || !isIPv6(plain)) return plain;
  const [head = "", tail] = (plain.split("%")[0] ?? "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? 0 : tail.split(":").length;
    while (groups.length + behind < 8) groups.push("0");
  }
  const normal = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${normal.join(":")}::/64`;
}
