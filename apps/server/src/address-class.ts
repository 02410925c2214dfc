import { BlockList, isIP } from "node:net";

/**
 * Where an address leads. `public`: to another machine on the internet. `own`: into the network of
 * whoever runs this server, or to this very machine. `none`: to nobody that may be sent anything:
 * link-local addresses (a cloud's metadata is at one), multicast, what translates into another
 * address, what is reserved, what is no address.
 */
export type AddressClass = "public" | "own" | "none";

/** RFC 1918, RFC 4193, RFC 6598 and loopback. */
const own = blockListOf([
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fc00::", 7],
]);

/** The IANA registry of special-purpose IPv4 addresses (RFC 6890), multicast and class E. */
const reservedIpv4 = blockListOf([
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** RFC 4291 §2.5.5.2: IPv4 in the clothes of IPv6. */
const mapped = blockListOf([["::ffff:0:0", 96]]);
/** RFC 4291 §2.4: all that is given out for the internet. Mapped and translated IPv4 is outside. */
const globalIpv6 = blockListOf([["2000::", 3]]);
/** Inside of it: protocol assignments with Teredo, documentation (twice), 6to4. */
const reservedIpv6 = blockListOf([
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

/** @param address as the platform writes it, without brackets; a zone makes it link-local */
export function addressClassOf(address: string): AddressClass {
  if (address.includes("%")) return "none";
  switch (isIP(address)) {
    case 4:
      if (own.check(address, "ipv4")) return "own";
      return reservedIpv4.check(address, "ipv4") ? "none" : "public";
    case 6:
      return classOfIpv6(address);
    default:
      return "none";
  }
}

function classOfIpv6(address: string): AddressClass {
  // A block list takes ::ffff:10.0.0.1 for 10.0.0.1, and would call it own.
  if (mapped.check(address, "ipv6")) return "none";
  if (own.check(address, "ipv6")) return "own";
  const isPublic = globalIpv6.check(address, "ipv6") && !reservedIpv6.check(address, "ipv6");
  return isPublic ? "public" : "none";
}

function blockListOf(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, isIP(net) === 4 ? "ipv4" : "ipv6");
  return list;
}
