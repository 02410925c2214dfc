import { type IpAddress, parseIpAddress } from "../stun/ip-address.ts";

export const transports = ["udp", "tcp"] as const;
export type Transport = (typeof transports)[number];

/** Client address and port, server address and port, and the transport between them: RFC 8656 §2. */
export interface FiveTuple {
  readonly transport: Transport;
  /** The client's address as the platform writes it. */
  readonly address: string;
  readonly port: number;
  /**
   * The server's end, in words that the shell chose: one local socket, or one connection. It finds
   * the way back by it.
   */
  readonly endpoint: string;
  /** One text for one five-tuple. */
  readonly key: string;
}

export function fiveTuple(
  transport: Transport,
  endpoint: string,
  address: string,
  port: number,
): FiveTuple {
  return { transport, address, port, endpoint, key: `${endpoint} ${address} ${port}` };
}

/** The client's address as bytes. A platform that writes addresses otherwise is a broken one. */
export function clientIp(tuple: FiveTuple): IpAddress {
  const ip = parseIpAddress(tuple.address);
  if (ip === undefined) throw new RangeError("the platform wrote an address that is none");
  return ip;
}

/**
 * Whom quotas count: an IPv4 address, or the 64 bits of an IPv6 address that one customer has to
 * himself.
 */
export function sourceOf(tuple: FiveTuple): string {
  const ip = clientIp(tuple);
  return ip.length === 4 ? ip.join(".") : ip.subarray(0, 8).join(":");
}
