import { expect, test } from "vitest";
import { addressClassOf } from "./address-class.ts";

test.each([
  ["8.8.8.8", "IPv4 of the internet"],
  ["172.15.255.255", "below 172.16/12"],
  ["172.32.0.0", "above it"],
  ["100.63.255.255", "below 100.64/10"],
  ["192.0.1.1", "beside 192.0.0/24"],
  ["223.255.255.255", "the last below multicast"],
  ["2a00:1450:4001:80b::200a", "IPv6 of the internet"],
  ["2620:0:ccc::2", "IPv6 of the internet"],
])("%s is public: %s", (address) => {
  expect(addressClassOf(address)).toBe("public");
});

test.each([
  ["127.0.0.1", "this machine"],
  ["127.255.255.254", "this machine, by another name"],
  ["10.0.0.1", "RFC 1918"],
  ["172.16.0.1", "RFC 1918"],
  ["172.31.255.255", "RFC 1918"],
  ["192.168.1.1", "RFC 1918"],
  ["100.64.0.1", "RFC 6598, behind a carrier's NAT"],
  ["::1", "this machine"],
  ["0:0:0:0:0:0:0:1", "this machine, in full"],
  ["fc00::1", "unique local"],
  ["fdff:ffff::1", "unique local"],
])("%s is the operator's own: %s", (address) => {
  expect(addressClassOf(address)).toBe("own");
});

test.each([
  ["0.0.0.0", "this host"],
  ["0.1.2.3", "this network"],
  ["169.254.169.254", "a cloud's metadata"],
  ["169.254.0.1", "link-local"],
  ["192.0.0.1", "protocol assignments"],
  ["192.0.2.1", "documentation"],
  ["192.88.99.1", "6to4 relays"],
  ["198.18.0.1", "benchmarks"],
  ["198.19.255.255", "benchmarks"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::ffff:8.8.8.8", "mapped"],
  ["::ffff:127.0.0.1", "mapped"],
  ["::ffff:a9fe:a9fe", "mapped metadata, in hexadecimal"],
  ["::ffff:0:127.0.0.1", "translated, RFC 2765"],
  ["::127.0.0.1", "IPv4-compatible"],
  ["64:ff9b::8.8.8.8", "NAT64"],
  ["64:ff9b::a00:1", "NAT64 of 10.0.0.1"],
  ["64:ff9b:1::1", "NAT64 of one's own"],
  ["100::1", "discard"],
  ["2001::1", "Teredo"],
  ["2001:20::1", "ORCHID"],
  ["2001:db8::1", "documentation"],
  ["2002:a00:1::1", "6to4 of 10.0.0.1"],
  ["3fff::1", "documentation"],
  ["5f00::1", "segment routing"],
  ["fe80::1", "link-local"],
  ["febf::1", "link-local"],
  ["fe80::1%eth0", "link-local, with its interface"],
  ["::1%lo", "with an interface"],
  ["fec0::1", "site-local"],
  ["ff02::1", "multicast"],
  ["127.1", "no address"],
  ["2130706433", "no address"],
  ["0x7f000001", "no address"],
  ["localhost", "no address"],
  ["", "no address"],
])("%s is nobody's: %s", (address) => {
  expect(addressClassOf(address)).toBe("none");
});
