import type { AddressFamily, TransportAddress } from "../stun/xor-address.ts";
import type { Party } from "./credential.ts";

/**
 * A relayed transport address (RFC 8656 §2) that exists in one call only. No socket stands behind
 * it: it is a name by which the two parties of a call address each other, from ranges that are
 * routed nowhere: 192.0.2.0/24 (RFC 5737), and 2001:db8::/120 of RFC 3849's range.
 *
 * It is one small integer, so that finding the allocation behind it is one look into a table:
 * bit 24 is set for IPv6, bits 16-23 are the last byte of the address, bits 0-15 the port.
 */
export type RelayedAddress = number;

const ipv4Prefix = Uint8Array.of(192, 0, 2);
const ipv6Prefix = Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const portMin = 1_024;

/** How many random bytes a relayed address is made from. */
export const relayedAddressRandomBytes = 4;

/**
 * Makes a relayed address. It is random, because an order would tell how many others there are.
 * Party `a` has the odd addresses and `b` the even ones, so that a party's own addresses can be
 * refused as peers without a word about the other's.
 *
 * @param random `relayedAddressRandomBytes` bytes
 * @param isEvenPort RFC 8656 §7.2: EVEN-PORT asks for one
 */
export function makeRelayedAddress(
  family: AddressFamily,
  party: Party,
  isEvenPort: boolean,
  random: Uint8Array,
): RelayedAddress {
  const view = new DataView(random.buffer, random.byteOffset, relayedAddressRandomBytes);
  // 1, 3 … 253 and 2, 4 … 254: 0 and 255 look like a network and a broadcast address.
  const host = 2 * (view.getUint16(0) % 127) + (party === "a" ? 1 : 2);
  const port = portMin + (view.getUint16(2) % (65_536 - portMin));
  return ((family - 1) << 24) | (host << 16) | (isEvenPort ? port & ~1 : port);
}

/** The virtual address that a client named as its peer, or nothing where it is outside the range. */
export function virtualAddress(address: TransportAddress): RelayedAddress | undefined {
  const { ip, port } = address;
  const prefix = ip.length === 4 ? ipv4Prefix : ipv6Prefix;
  if (!prefix.every((byte, i) => ip[i] === byte)) return undefined;
  return (ip.length === 4 ? 0 : 1 << 24) | ((ip[prefix.length] ?? 0) << 16) | port;
}

/**
 * The virtual address in the value of an XOR-…-ADDRESS attribute (RFC 8489 §14.2) that has the right
 * length for its family, read without making anything.
 *
 * @param value where the value begins
 * @param mask where the cookie begins, and behind it the transaction id
 */
export function unmaskedVirtualAddress(
  bytes: Uint8Array,
  value: number,
  mask: number,
): RelayedAddress | undefined {
  const isIpv4 = bytes[value + 1] === 0x01;
  const prefix = isIpv4 ? ipv4Prefix : ipv6Prefix;
  for (let i = 0; i < prefix.length; i++) {
    if (unmasked(bytes, value + 4 + i, mask + i) !== prefix[i]) return undefined;
  }
  const host = unmasked(bytes, value + 4 + prefix.length, mask + prefix.length);
  const port = (unmasked(bytes, value + 2, mask) << 8) | unmasked(bytes, value + 3, mask + 1);
  return (isIpv4 ? 0 : 1 << 24) | (host << 16) | port;
}

function unmasked(bytes: Uint8Array, offset: number, mask: number): number {
  return (bytes[offset] ?? 0) ^ (bytes[mask] ?? 0);
}

/** Writes the IP address of a relayed address: 4 bytes, or 16. */
export function writeRelayedIp(bytes: Uint8Array, offset: number, relayed: RelayedAddress): void {
  const prefix = familyOfRelayed(relayed) === 0x01 ? ipv4Prefix : ipv6Prefix;
  bytes.set(prefix, offset);
  bytes[offset + prefix.length] = relayed >> 16;
}

/** A relayed address as it stands in a STUN attribute. */
export function transportAddressOf(relayed: RelayedAddress): TransportAddress {
  const prefix = familyOfRelayed(relayed) === 0x01 ? ipv4Prefix : ipv6Prefix;
  const ip = new Uint8Array(prefix.length + 1);
  ip.set(prefix);
  ip[prefix.length] = (relayed >> 16) & 0xff;
  return { ip, port: relayed & 0xffff };
}

export function familyOfRelayed(relayed: RelayedAddress): AddressFamily {
  return relayed >> 24 === 0 ? 0x01 : 0x02;
}

/** Whether two addresses differ in their ports at most. RFC 8656 §9: permissions know no ports. */
export function isSameHost(left: RelayedAddress, right: RelayedAddress): boolean {
  return left >> 16 === right >> 16;
}

/** Whether an allocation may have this port. */
export function isRelayedPort(relayed: RelayedAddress): boolean {
  return (relayed & 0xffff) >= portMin;
}
