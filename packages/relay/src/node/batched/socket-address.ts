import { parseIpAddress } from "../../stun/ip-address.ts";
import { type Arena, ArenaFault, type Offset } from "./arena.ts";
import { constant } from "./system-calls.ts";

/**
 * `struct sockaddr_in` and `sockaddr_in6`: family (2 bytes as this machine has them) and port (2 in
 * network order), then 4 bytes of address; or 4 of flow, 16 of address and 4 of scope.
 */
export const socketAddressBytes = { ipv4: 16, ipv6: 28 } as const;

/** Writes an address and a port. Returns how long the structure is. */
export function writeSocketAddress(
  arena: Arena,
  at: Offset,
  address: string,
  port: number,
): number {
  const ip = parseIpAddress(address);
  if (ip === undefined) throw new RangeError("no address");
  const isIpv4 = ip.length === 4;
  const length = isIpv4 ? socketAddressBytes.ipv4 : socketAddressBytes.ipv6;
  arena.bytes.fill(0, at, at + length);
  arena.bytes[at] = isIpv4 ? constant.familyIpv4 : constant.familyIpv6;
  arena.bytes[at + 2] = port >> 8;
  arena.bytes[at + 3] = port;
  arena.bytes.set(ip, at + (isIpv4 ? 4 : 8));
  if (!isIpv4) arena.setInt32(at + 24, Number(/%(\d+)$/.exec(address)?.[1] ?? 0));
  return length;
}

/** The port of a `sockaddr`. */
export function portAt(arena: Arena, at: Offset): number {
  return arena.uint16(at + 2);
}

/** The address of a `sockaddr` as text; the scope of a link-local one is a number behind `%`. */
export function addressAt(arena: Arena, at: Offset): string {
  if (isIpv4At(arena, at)) return Array.from(arena.bytes.subarray(at + 4, at + 8)).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => arena.uint16(at + 8 + 2 * i).toString(16));
  const scope = arena.int32(at + 24);
  return scope === 0 ? groups.join(":") : `${groups.join(":")}%${scope}`;
}

/**
 * Whether a `sockaddr` is of IPv4, and otherwise of IPv6.
 *
 * @throws ArenaFault where it is of something else, which none of our sockets has
 */
export function isIpv4At(arena: Arena, at: Offset): boolean {
  const family = arena.uint8(at) | (arena.uint8(at + 1) << 8);
  if (family === constant.familyIpv4) return true;
  if (family === constant.familyIpv6) return false;
  throw new ArenaFault("an address of no family that we have");
}
