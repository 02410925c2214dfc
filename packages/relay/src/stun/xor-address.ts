import type { IpAddress } from "./ip-address.ts";
import { magicCookie } from "./message.ts";

/** An address and a port. */
export interface TransportAddress {
  readonly ip: IpAddress;
  readonly port: number;
}

/** The values of the family byte: RFC 8489 §14.1. */
export type AddressFamily = 0x01 | 0x02;

export function familyOf(ip: IpAddress): AddressFamily {
  return ip.length === 4 ? 0x01 : 0x02;
}

/** The value of an XOR-…-ADDRESS attribute: RFC 8489 §14.2. 8 bytes, or 20 for IPv6. */
export function encodeXorAddress(address: TransportAddress, transactionId: Uint8Array): Uint8Array {
  const value = new Uint8Array(4 + address.ip.length);
  const view = new DataView(value.buffer);
  view.setUint8(1, familyOf(address.ip));
  view.setUint16(2, address.port ^ (magicCookie >>> 16));
  value.set(xorIp(address.ip, transactionId), 4);
  return value;
}

/** Reads an XOR-…-ADDRESS attribute, or nothing where family and length do not fit. */
export function decodeXorAddress(
  value: Uint8Array,
  transactionId: Uint8Array,
): TransportAddress | undefined {
  const isIpv4 = value[1] === 0x01 && value.length === 8;
  const isIpv6 = value[1] === 0x02 && value.length === 20;
  if (!isIpv4 && !isIpv6) return undefined;
  const port = (((value[2] ?? 0) << 8) | (value[3] ?? 0)) ^ (magicCookie >>> 16);
  return { ip: xorIp(value.subarray(4), transactionId), port };
}

/** RFC 8489 §14.2: an address is masked by the cookie, and the rest of IPv6 by the transaction. */
function xorIp(ip: IpAddress, transactionId: Uint8Array): IpAddress {
  return ip.map((byte, i) => {
    const mask = i < 4 ? magicCookie >>> (24 - 8 * i) : (transactionId[i - 4] ?? 0);
    return byte ^ (mask & 0xff);
  });
}
