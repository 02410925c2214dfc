import { describe, expect, test } from "vitest";
import { checkCandidate } from "./allowed-candidate.ts";
import type { CallRoute } from "./call-route.ts";

function check(candidate: string, route: CallRoute = "relayed") {
  return checkCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 }, route).allowed;
}

const relayed = "candidate:2811444149 1 udp 58597375 192.0.2.1 50089 typ relay";

describe("a trickled candidate of a relayed call", () => {
  test.each([
    ["Chromium's", `${relayed} raddr 0.0.0.0 rport 0 generation 0 ufrag xU+A network-id 1`],
    ["Chromium's on a phone", `${relayed} raddr 0.0.0.0 rport 0 generation 0 network-cost 900`],
    [
      "Firefox's",
      "candidate:0 1 UDP 92217087 192.0.2.1 49201 typ relay raddr 192.0.2.1 rport 49201",
    ],
    ["one without a related address", relayed],
    ["one of IPv6", "candidate:1 1 udp 1 2001:db8::1 49201 typ relay raddr :: rport 0"],
    ["the end of candidates", ""],
  ])("may be %s", (_, candidate) => {
    expect(check(candidate)).toBe(true);
    expect(check(candidate, "direct")).toBe(true);
  });

  test.each([
    ["a host candidate", "candidate:1 1 udp 2122260223 192.168.1.7 61234 typ host generation 0"],
    ["an mDNS name", "candidate:1 1 udp 2122260223 7c1d.local 61234 typ host generation 0"],
    ["a reflexive one", "candidate:1 1 udp 1 198.51.100.4 61234 typ srflx raddr 0.0.0.0 rport 0"],
    ["one that shows what is behind the relay", `${relayed} raddr 192.168.1.7 rport 61234`],
    ["one that shows the port behind the relay", `${relayed} raddr 0.0.0.0 rport 61234`],
    ["half a related address", `${relayed} raddr 0.0.0.0`],
    ["a related address without its word", `${relayed} raddr 0.0.0.0 port 0`],
    ["a related address after the extensions", `${relayed} generation 0 raddr 192.168.1.7 rport 1`],
    ["two related addresses", `${relayed} raddr 0.0.0.0 rport 0 raddr 192.168.1.7 rport 0`],
    ["an extension without a value", `${relayed} generation`],
    ["an extension with an address", `${relayed} generation 192.168.1.7`],
    ["an extension twice", `${relayed} generation 0 generation 1`],
    ["the unspecified address", "candidate:1 1 udp 1 0.0.0.0 9 typ relay"],
    ["a port beyond ports", "candidate:1 1 udp 1 192.0.2.1 65536 typ relay"],
    ["a number that is none", "candidate:1 1 udp 1e3 192.0.2.1 5 typ relay"],
    ["an address in octal", "candidate:1 1 udp 1 0192.0.2.1 5 typ relay"],
    ["an address in a name", "candidate:1 1 udp 1 192.0.2.1.example 5 typ relay"],
    ["an address with a zone", "candidate:1 1 udp 1 fe80::1%eth0 5 typ relay"],
    ["another line behind it", `${relayed}\r\na=candidate:1 1 udp 1 192.168.1.7 1 typ host`],
    ["the attribute with its letter", `a=${relayed}`],
    ["another attribute", "rtcp:9 IN IP4 192.168.1.7"],
    ["a space at the end", `${relayed} `],
    ["a TCP candidate", `${relayed.replace("udp", "tcp")} tcptype active`],
    ["one too long", `${relayed} ufrag ${"a".repeat(500)}`],
  ])("is never %s", (_, candidate) => {
    expect(check(candidate)).toBe(false);
  });
});

const host = (address: string) => `candidate:1 1 udp 2122260223 ${address} 61234 typ host`;
const reflexive = "candidate:1 1 udp 1686052607 198.51.100.4 61234 typ srflx";

describe("a trickled candidate of a direct call", () => {
  test.each([
    ["Chromium's own address", `${host("192.168.1.7")} generation 0 ufrag xU+A`],
    ["Firefox's own address", "candidate:0 1 UDP 2122252543 10.0.0.7 49201 typ host"],
    ["an address of the internet", host("203.0.113.9")],
    ["an address of IPv6", host("2001:db8:1::7")],
    ["a private address of IPv6", host("fd00::7")],
    ["a name for this call alone", host("0b0f4d0e-5a3c-4d1e-9d0f-0123456789ab.local")],
    ["what the router has", `${reflexive} raddr 0.0.0.0 rport 0 generation 0`],
    ["what the router has, without a related address", reflexive],
    ["what the other side saw", reflexive.replace("srflx", "prflx")],
  ])("may be %s, and never one of a relayed call", (_, candidate) => {
    expect(check(candidate, "direct")).toBe(true);
    expect(check(candidate, "relayed")).toBe(false);
  });

  test.each([
    ["the address behind the router", `${reflexive} raddr 192.168.1.7 rport 61234`],
    ["the port behind the router", `${reflexive} raddr 0.0.0.0 rport 61234`],
    ["its own address twice", `${reflexive} raddr 198.51.100.4 rport 61234`],
    ["what is behind the relay", `${relayed} raddr 198.51.100.4 rport 61234`],
    ["the other browser's own machine", host("127.0.0.1")],
    ["its own machine in IPv6", host("::1")],
    ["its own machine as IPv4 in IPv6", host("::ffff:127.0.0.1")],
    ["no address at all", host("0.0.0.0")],
    ["this network", host("0.1.2.3")],
    ["what answers for a cloud machine", host("169.254.169.254")],
    ["one cable in IPv6", host("fe80::1")],
    ["many machines", host("224.0.0.251")],
    ["many machines in IPv6", host("ff02::fb")],
    ["everybody", host("255.255.255.255")],
    ["a name of the other's network", host("printer.local")],
    ["a name of the internet", host("example.org")],
    ["a name that only begins as one for this call", host("0b0f4d0e-5a3c-4d1e-9d0f.local")],
    [
      "a name in a reflexive one",
      reflexive.replace("198.51.100.4", "0b0f4d0e-5a3c-4d1e-9d0f-0123456789ab.local"),
    ],
    ["a TCP candidate", `${host("192.168.1.7").replace("udp", "tcp")} tcptype active`],
    ["another type", host("192.168.1.7").replace("host", "local")],
    ["no type", host("192.168.1.7").replace(" typ host", "")],
    ["another word than the type", host("192.168.1.7").replace("typ", "type")],
    ["an unknown extension", `${host("192.168.1.7")} host-name alice-laptop`],
    ["another line behind it", `${host("192.168.1.7")}\r\na=ice-lite`],
  ])("is never %s", (_, candidate) => {
    expect(check(candidate, "direct")).toBe(false);
  });
});
