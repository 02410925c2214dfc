import { describe, expect, test } from "vitest";
import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { findAttribute } from "../stun/message.ts";
import { Lab } from "../test-client/lab.ts";
import {
  addressIn,
  errorCodeOf,
  lifetimeAttribute,
  lifetimeIn,
  readMessage,
} from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

function liveLab(options: ConstructorParameters<typeof Lab>[0] = {}): Lab {
  const lab = new Lab(options);
  lab.live();
  return lab;
}

function attribute(type: number, ...value: number[]): StunAttribute {
  return { type, value: Uint8Array.from(value) };
}

const ipv4 = attribute(attributeType.requestedAddressFamily, 1, 0, 0, 0);
const ipv6 = attribute(attributeType.requestedAddressFamily, 2, 0, 0, 0);
const alsoIpv6 = attribute(attributeType.additionalAddressFamily, 2, 0, 0, 0);
const evenPort = attribute(attributeType.evenPort, 0);
const evenPortAndNext = attribute(attributeType.evenPort, 0x80);
const reservation = attribute(attributeType.reservationToken, 1, 2, 3, 4, 5, 6, 7, 8);

describe("an Allocate that is granted", () => {
  test("names a relayed address of the documentation range, and the client's own to the client", () => {
    const client = liveLab().client("a", { address: "198.51.100.9" });
    const answer = client.allocate();
    const relayed = addressIn(answer, attributeType.xorRelayedAddress);
    expect([...relayed.ip.subarray(0, 3)]).toEqual([192, 0, 2]);
    expect(relayed.port).toBeGreaterThanOrEqual(1_024);
    const mapped = addressIn(answer, attributeType.xorMappedAddress);
    expect([...mapped.ip]).toEqual([198, 51, 100, 9]);
    expect(mapped.port).toBe(client.tuple.port);
    expect(lifetimeIn(answer)).toBe(600);
    expect(client.turn.trusts(answer)).toBe(true);
  });

  test("RFC 8656 §7.2: IPv6 is given where it is asked for, and only then", () => {
    const lab = liveLab();
    const ip = addressIn(lab.client("a").allocate([ipv6]), attributeType.xorRelayedAddress).ip;
    expect(Buffer.from(ip).toString("hex")).toMatch(/^20010db8/);
    const other = lab.client("a").allocate([ipv4]);
    expect(addressIn(other, attributeType.xorRelayedAddress).ip).toHaveLength(4);
  });

  test("RFC 8656 §7.2: a second family is declined with ADDRESS-ERROR-CODE", () => {
    const answer = liveLab().client("a").allocate([alsoIpv6]);
    expect(errorCodeOf(answer)).toBe(0);
    const value = findAttribute(readMessage(answer), attributeType.addressErrorCode);
    expect([...(value ?? [])]).toEqual([2, 0, 5, 8]);
  });

  test("RFC 8656 §7.2: EVEN-PORT gives an even port", () => {
    const lab = liveLab();
    for (let i = 0; i < 20; i++) {
      const answer = lab.client("a").allocate([evenPort]);
      expect(addressIn(answer, attributeType.xorRelayedAddress).port % 2).toBe(0);
    }
  });

  test.each([
    ["none", undefined, 600],
    ["0", 0, 600],
    ["60", 60, 600],
    ["1200", 1_200, 1_200],
    ["0xffffffff", 0xffffffff, 3_600],
  ])("RFC 8656 §7.2: LIFETIME %s", (_, asked, granted) => {
    const attributes = asked === undefined ? [] : [lifetimeAttribute(asked)];
    expect(lifetimeIn(liveLab().client("a").allocate(attributes))).toBe(granted);
  });

  test("addresses of one call differ from each other", () => {
    const lab = liveLab();
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const { ip, port } = lab.allocated(i % 2 === 0 ? "a" : "b").relayed;
      seen.add(`${ip.join(".")}:${port}`);
    }
    expect(seen.size).toBe(40);
  });
});

describe("an Allocate that is refused", () => {
  test.each<[string, number, StunAttribute[]]>([
    [
      "REQUESTED-ADDRESS-FAMILY 3",
      440,
      [attribute(attributeType.requestedAddressFamily, 3, 0, 0, 0)],
    ],
    ["a short REQUESTED-ADDRESS-FAMILY", 400, [attribute(attributeType.requestedAddressFamily, 1)]],
    ["both kinds of address family", 400, [ipv6, alsoIpv6]],
    [
      "ADDITIONAL-ADDRESS-FAMILY 1",
      400,
      [attribute(attributeType.additionalAddressFamily, 1, 0, 0, 0)],
    ],
    ["EVEN-PORT that keeps the next port", 508, [evenPortAndNext]],
    ["that, with a second family", 400, [evenPortAndNext, alsoIpv6]],
    ["RESERVATION-TOKEN, since none was given out", 508, [reservation]],
    ["RESERVATION-TOKEN with EVEN-PORT", 400, [reservation, evenPort]],
    ["RESERVATION-TOKEN with REQUESTED-ADDRESS-FAMILY", 400, [reservation, ipv4]],
    ["DONT-FRAGMENT, which is not supported", 420, [attribute(attributeType.dontFragment)]],
    ["an unknown attribute that must be understood", 420, [attribute(0x7abc, 1)]],
    ["a LIFETIME of two bytes", 400, [attribute(attributeType.lifetime, 0, 1)]],
  ])("%s: %i", (_, code, attributes) => {
    const client = liveLab().client("a");
    expect(errorCodeOf(client.allocate(attributes))).toBe(code);
    expect(client.lab.relay.allocations()).toBe(0);
  });

  test.each([
    ["missing", 400, []],
    ["cut short", 400, [attribute(attributeType.requestedTransport, 17)]],
    ["TCP", 442, [attribute(attributeType.requestedTransport, 6, 0, 0, 0)]],
  ])("REQUESTED-TRANSPORT %s: %i", (_, code, attributes) => {
    const client = liveLab().client("a");
    client.challenge();
    expect(client.code(client.turn.request(turnMethod.allocate, attributes))).toBe(code);
  });

  test("420 lists what was not understood, and an attribute that need not be is no reason", () => {
    const client = liveLab().client("a");
    const answer = client.allocate([attribute(0x7abc), attribute(0xffab), attribute(0x7abd)]);
    const value = findAttribute(readMessage(answer), attributeType.unknownAttributes);
    expect([...(value ?? [])]).toEqual([0x7a, 0xbc, 0x7a, 0xbd]);
    expect(errorCodeOf(client.allocate([attribute(0xffab)]))).toBe(0);
  });
});

describe("an Allocate that comes again", () => {
  test("RFC 8489 §6.3.1: the same transaction gets the same answer and makes nothing", () => {
    const client = liveLab().client("a");
    client.challenge();
    const request = client.turn.allocate();
    const first = client.asks(request);
    // Also when the credential has expired in between.
    client.lab.now += 599_999;
    expect(Buffer.from(client.asks(request)).equals(first)).toBe(true);
    expect(client.lab.relay.allocations()).toBe(1);
  });

  test("RFC 8656 §7.2: another transaction on the same five-tuple is 437", () => {
    const client = liveLab().client("a");
    client.allocate();
    expect(client.code(client.turn.allocate())).toBe(437);
  });

  test("the same transaction with another credential is 437", () => {
    const client = liveLab().client("a");
    client.challenge();
    const transactionId = client.turn.transactionId();
    client.asks(client.turn.allocate([], { transactionId }));
    client.turn.credential = client.lab.client("a", { device: "a2" }).turn.credential;
    expect(client.code(client.turn.allocate([], { transactionId }))).toBe(437);
  });

  test("after the first has expired it is a new one", () => {
    const lab = liveLab();
    const client = lab.client("a", { expiresAt: lab.now + 800_000 });
    client.allocate();
    lab.now += 600_000;
    expect(errorCodeOf(client.allocate())).toBe(0);
    expect(lab.relay.allocations()).toBe(1);
  });
});

describe("quotas", () => {
  test("486 for one allocation too many of a party, whoever else allocated", () => {
    const lab = liveLab({ limits: { allocationsPerPartyMax: 3 } });
    for (let i = 0; i < 3; i++) lab.allocated("b");
    for (let i = 0; i < 3; i++) expect(errorCodeOf(lab.client("a").allocate())).toBe(0);
    expect(errorCodeOf(lab.client("a").allocate())).toBe(486);
    expect(errorCodeOf(lab.client("b").allocate())).toBe(486);
  });

  test("486 for one too many of a source, and IPv6 counts by the /64", () => {
    const lab = liveLab({ limits: { allocationsPerSourceMax: 1 } });
    for (const [address, code] of [
      ["198.51.100.1", 0],
      ["198.51.100.1", 486],
      ["198.51.100.2", 0],
      ["2001:db8:1:2::3", 0],
      ["2001:db8:1:2:4::5", 486],
      ["2001:db8:1:3::3", 0],
    ] as const) {
      expect(errorCodeOf(lab.client("a", { address }).allocate())).toBe(code);
    }
  });

  test("508 when the relay is full, until one is given back", () => {
    const lab = liveLab({ limits: { allocationsMax: 1 } });
    const first = lab.client("a");
    first.allocate();
    expect(errorCodeOf(lab.client("a").allocate())).toBe(508);
    first.asks(first.turn.refresh(0));
    expect(errorCodeOf(lab.client("a").allocate())).toBe(0);
  });
});
