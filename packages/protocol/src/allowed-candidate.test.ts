import { describe, expect, test } from "vitest";
import { checkCandidate } from "./allowed-candidate.ts";

function check(candidate: string) {
  return checkCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 }).allowed;
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
