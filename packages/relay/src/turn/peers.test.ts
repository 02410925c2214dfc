import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { transportAddress } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

function pair(): { lab: Lab; a: LabClient; b: LabClient } {
  const lab = new Lab();
  return { lab, ...lab.joinedPair() };
}

/** Every way to name a peer, and the code that each is answered with. Nothing must come out. */
function codesFor(client: LabClient, text: string, port: number): { permit: number; bind: number } {
  const peer = transportAddress(text, port);
  const codes = {
    permit: client.code(client.turn.createPermission(peer)),
    bind: client.code(client.turn.bindChannel(0x4abc, peer)),
  };
  expect(client.sends(client.turn.sendIndication(peer, Buffer.from("x"))).type).toBe("drop");
  expect(client.sends(Buffer.from("4abc000178", "hex")).type).toBe("drop");
  return codes;
}

describe("a peer that is not the other party of the call", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["this network", "0.0.0.0"],
    ["10/8", "10.1.2.3"],
    ["172.16/12", "172.16.0.1"],
    ["192.168/16", "192.168.1.1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["link-local and cloud metadata", "169.254.169.254"],
    ["multicast", "224.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["a public address", "1.1.1.1"],
    ["the relay's own address", "203.0.113.1"],
    ["the client's own address", "198.51.100.7"],
    ["just below the virtual range", "192.0.1.255"],
    ["just above the virtual range", "192.0.3.0"],
  ])("%s: 403", (_, text) => {
    expect(codesFor(pair().a, text, 5_000)).toEqual({ permit: 403, bind: 403 });
  });

  test.each([
    ["::1"],
    ["::"],
    ["fc00::1"],
    ["fe80::1"],
    ["64:ff9b::7f00:1"],
    ["2002:7f00:1::1"],
    ["ff02::1"],
    ["2001:db8::1"],
    ["2001:db8::100"],
    ["2606:4700::1111"],
  ])("%s from an IPv4 allocation: RFC 8656 §9.2 and §12.2, 443", (text) => {
    expect(codesFor(pair().a, text, 5_000)).toEqual({ permit: 443, bind: 443 });
  });

  test.each([
    ["::1", 403],
    ["::", 403],
    ["fc00::1", 403],
    ["fe80::1", 403],
    ["64:ff9b::7f00:1", 403],
    ["2002:7f00:1::1", 403],
    ["ff02::1", 403],
    ["2001:db7::1", 403],
    ["2001:db8::100", 403],
    ["2001:db8:1::1", 403],
    ["127.0.0.1", 443],
    ["192.0.2.2", 443],
  ])("%s from an IPv6 allocation: %i", (text, code) => {
    const lab = new Lab();
    lab.live();
    const a = lab.client("a");
    a.allocate([{ type: attributeType.requestedAddressFamily, value: Uint8Array.of(2, 0, 0, 0) }]);
    expect(codesFor(a, text, 5_000)).toEqual({ permit: code, bind: code });
  });

  test("an IPv4 address mapped into IPv6 is refused as what it is on the wire, IPv6", () => {
    const { a } = pair();
    const ip = Buffer.from("00000000000000000000ffff7f000001", "hex");
    expect(a.code(a.turn.createPermission({ ip, port: 5_000 }))).toBe(443);
    expect(a.code(a.turn.bindChannel(0x4000, { ip, port: 5_000 }))).toBe(443);
  });

  test("its own address and another of its own party: 403", () => {
    const lab = new Lab();
    const { a } = lab.joinedPair();
    const second = lab.allocated("a");
    for (const { ip, port } of [a.relayed, second.relayed]) {
      expect(codesFor(a, ip.join("."), port)).toEqual({ permit: 403, bind: 403 });
    }
  });

  test("another call's address is answered like any other, and is not reached", () => {
    const lab = new Lab();
    const { a } = lab.joinedPair({ callId: "call" });
    const other = lab.joinedPair({ callId: "other" });
    // An address means something inside its call only, so that one of the other call may look like
    // one of the own party.
    for (const { ip, port } of [other.a.relayed, other.b.relayed]) {
      const { permit } = codesFor(a, ip.join("."), port);
      expect([0, 403]).toContain(permit);
    }
  });

  test("port 0 and every port that no allocation has: 403 for a channel", () => {
    for (const port of [0, 1, 1_023]) {
      expect(codesFor(pair().a, "192.0.2.99", port).bind).toBe(403);
    }
  });

  test.each([
    ["an unknown family", "0003138800000000"],
    ["family 0", "0000138800000000"],
    ["IPv6 in 8 bytes", "0002138800000000"],
    ["IPv4 in 20 bytes", `00011388${"00".repeat(16)}`],
    ["no bytes", ""],
  ])("%s: 400", (_, hex) => {
    const { a } = pair();
    const value = Buffer.from(hex, "hex");
    const peer = { type: attributeType.xorPeerAddress, value };
    const channel = { type: attributeType.channelNumber, value: Uint8Array.of(0x40, 0, 0, 0) };
    expect(a.code(a.turn.request(turnMethod.createPermission, [peer]))).toBe(400);
    expect(a.code(a.turn.request(turnMethod.channelBind, [channel, peer]))).toBe(400);
  });
});

describe("RFC 8656 §9.2: a CreatePermission", () => {
  test("with several peers is granted for all or for none", () => {
    const { a, b } = pair();
    const [good, bad] = [b.relayed, transportAddress("127.0.0.1", 80)];
    expect(a.code(a.turn.createPermission(good, good))).toBe(0);
    expect(a.code(a.turn.createPermission(good, bad))).toBe(403);
    expect(a.code(a.turn.createPermission(bad, good))).toBe(403);
  });

  test("without a peer is 400", () => {
    const { a } = pair();
    expect(a.code(a.turn.createPermission())).toBe(400);
  });
});
