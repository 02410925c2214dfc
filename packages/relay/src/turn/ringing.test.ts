import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import type { TransportAddress } from "../stun/xor-address.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import {
  addressIn,
  channelData,
  errorCodeOf,
  readMessage,
  transportAddress,
} from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

const devicesMax = 3;
const limits = { allocationsPerPartyMax: 6, channelsPerAllocationMax: 8 };
const ipv6 = { type: attributeType.requestedAddressFamily, value: Uint8Array.of(2, 0, 0, 0) };
const evenPort = { type: attributeType.evenPort, value: Uint8Array.of(0) };
const keepsNext = { type: attributeType.evenPort, value: Uint8Array.of(0x80) };

/** What differs between any two answers, whoever else is there. */
const random: ReadonlySet<number> = new Set([
  attributeType.nonce,
  attributeType.xorRelayedAddress,
  attributeType.messageIntegrity,
]);

/** An answer with nothing but zeros where it is random. */
function withoutRandom(answer: Uint8Array): string {
  const bytes = Buffer.from(answer);
  for (let offset = 20; offset < bytes.length;) {
    const length = bytes.readUInt16BE(offset + 2);
    if (random.has(bytes.readUInt16BE(offset))) bytes.fill(0, offset + 4, offset + 4 + length);
    offset += 4 + ((length + 3) & ~3);
  }
  return bytes.toString("hex");
}

/** One caller's relay connection while a callee rings: what it asked, and all that came to it. */
class Caller {
  readonly seen: string[] = [];
  readonly clients: readonly LabClient[];
  relayed: TransportAddress | undefined;

  /** More clients than a party may have, so that the quota answers too. */
  constructor(lab: Lab) {
    this.clients = Array.from({ length: limits.allocationsPerPartyMax + 2 }, () => lab.client("a"));
  }

  get first(): LabClient {
    const [first] = this.clients;
    if (first === undefined) throw new Error("a caller has a client");
    return first;
  }

  sends(name: string, from: LabClient, bytes: Uint8Array): void {
    const action = from.sends(bytes);
    this.hears(name, action);
    if (name === "allocate" && action.type === "send") {
      this.relayed = addressIn(action.bytes, attributeType.xorRelayedAddress);
    }
    if (action.type !== "send" || action.to.key !== from.tuple.key) return;
    if ([401, 438].includes(errorCodeOf(action.bytes))) from.turn.takeChallenge(action.bytes);
  }

  /** Takes note of what comes to any of its clients; the rest of the world it cannot see. */
  hears(name: string, action: ReturnType<LabClient["sends"]>): void {
    const isMine = (key: string): boolean => this.clients.some(({ tuple }) => tuple.key === key);
    const heard = action.type === "send" && isMine(action.to.key);
    this.seen.push(heard ? `${name}: ${withoutRandom(action.bytes)}` : `${name}: silence`);
  }
}

/** What a caller sees of a callee with so many devices at the relay. */
function seenWith(devices: number): string[] {
  const lab = new Lab({ limits });
  lab.live();
  const caller = new Caller(lab);
  const { first, clients } = caller;
  caller.sends("challenge", first, first.turn.allocate([], { isSigned: false }));
  caller.sends("allocate", first, first.turn.allocate());

  const callees = Array.from({ length: devices }, (_, i) => {
    const callee = lab.client("b", { device: `b${i}`, address: `203.0.113.${i + 1}` });
    callee.allocate(i === 1 ? [ipv6] : []);
    return callee;
  });
  for (const [i, { relayed }] of peersOf(callees).entries()) {
    askAbout(caller, relayed, 0x4000 + i);
    const callee = callees[i];
    if (callee === undefined) caller.seen.push("callee: silence");
    // It may have guessed the caller's address, and knocks before the call is joined.
    else caller.hears("callee", callee.sends(knock(callee, caller.relayed)));
  }
  for (const [i, client] of clients.entries()) {
    client.turn.realm = first.turn.realm;
    for (let attempt = 0; attempt < 2; attempt++) {
      caller.sends(`allocate ${i}`, client, client.turn.allocate([evenPort]));
    }
  }
  for (let i = 0; i < limits.channelsPerAllocationMax; i++) {
    const peer = transportAddress("192.0.2.250", 5_000 + i);
    caller.sends("bind many", first, first.turn.bindChannel(0x5000 + i, peer));
  }
  caller.sends("keep next", clients[1] ?? first, first.turn.allocate([keepsNext]));
  caller.sends("refresh", first, first.turn.refresh(1_200));
  caller.sends("binding", first, first.turn.request(turnMethod.binding, [], { isSigned: false }));
  caller.sends("end", first, first.turn.refresh(0));
  return caller.seen;
}

/** As many peers whether or not there are so many devices: real ones first. */
function peersOf(callees: readonly LabClient[]): { readonly relayed: TransportAddress }[] {
  const nobody = ["192.0.2.200", "2001:db8::c8", "192.0.2.202"];
  return Array.from({ length: devicesMax }, (_, i) => ({
    relayed: callees[i]?.relayed ?? transportAddress(nobody[i] ?? "", 40_000 + i),
  }));
}

/** Everything that a caller can ask about one address. */
function askAbout(caller: Caller, peer: TransportAddress, channel: number): void {
  const { first } = caller;
  const { turn } = first;
  for (const [name, bytes] of [
    ["permit", turn.createPermission(peer)],
    ["permit two", turn.createPermission(peer, transportAddress("192.0.2.100", 1))],
    ["permit bad", turn.createPermission(peer, transportAddress("127.0.0.1", 80))],
    ["bind", turn.bindChannel(channel, peer)],
    ["bind again", turn.bindChannel(channel, peer)],
    ["bind other number", turn.bindChannel(channel + 0x100, peer)],
    ["bind other peer", turn.bindChannel(channel, transportAddress("192.0.2.100", 2_000))],
    ["send", turn.sendIndication(peer, Buffer.from("knock"))],
    ["channel", channelData(channel, Buffer.from("knock"))],
    ["empty channel", channelData(channel, Buffer.alloc(0))],
  ] as const) {
    caller.sends(name, first, bytes);
  }
}

function knock(callee: LabClient, relayed: TransportAddress | undefined): Uint8Array {
  if (relayed === undefined) throw new Error("the caller has allocated");
  return callee.turn.sendIndication(relayed, Buffer.from("knock"));
}

describe("while it rings", () => {
  test("nothing at the caller's relay connection tells 0, 1 or 3 devices of the callee apart", () => {
    const none = seenWith(0);
    expect(none.filter((line) => line.includes("silence")).length).toBeGreaterThan(5);
    const codes = none.flatMap((line) => {
      const hex = line.split(": ")[1] ?? "";
      return hex === "silence" ? [] : [errorCodeOf(Buffer.from(hex, "hex"))];
    });
    // It is worth comparing: every answer that a caller can be given is among them.
    expect(new Set(codes)).toEqual(new Set([0, 400, 401, 403, 437, 438, 443, 486, 508]));
    expect(seenWith(1)).toEqual(none);
    expect(seenWith(3)).toEqual(none);
  });

  test("what a device of the callee sends to the caller's very address is not passed on", () => {
    const lab = new Lab();
    lab.live();
    const [a, b] = [lab.allocated("a"), lab.allocated("b")];
    b.asks(b.turn.bindChannel(0x4000, a.relayed));
    expect(readMessage(b.asks(b.turn.createPermission(a.relayed))).class).toBe("success");
    expect(b.sends(b.turn.sendIndication(a.relayed, Buffer.from("x")))).toEqual({
      type: "drop",
      reason: "no-peer",
    });
    expect(b.sends(channelData(0x4000, Buffer.from("x")))).toEqual({
      type: "drop",
      reason: "no-peer",
    });
  });
});
