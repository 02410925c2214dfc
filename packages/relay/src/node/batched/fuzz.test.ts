import { expect, test, vi } from "vitest";
import { attributeType } from "../../stun/attribute.ts";
import { encodeMessage, messageType } from "../../stun/message.ts";
import { makeCounters, subtractCounters } from "../../turn/counters.ts";
import { damage, randomFrom } from "../../test-client/damage.ts";
import { channelData } from "../../test-client/turn-client.ts";
import { twinCall, type TwinParty } from "../../test-client/twin-call.ts";
import { type TwinClient, TwinLab, type Way } from "../../test-client/twin-lab.ts";

/**
 * Longer by hand, and again with the seed that a failure names:
 * `FUZZ_ROUNDS=1000000 FUZZ_SEED=7 npx vitest run packages/relay/src/node/batched/fuzz.test.ts`
 */
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 500);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
vi.setConfig({ testTimeout: Math.max(20_000, 10 * rounds) });

const limits = {
  strangerRequestsPerSourcePerSecond: 1e9,
  strangerRequestsPerSourceBurst: 1e9,
  strangerRequestsPerSecond: 1e9,
  strangerRequestsBurst: 1e9,
  requestsPerAllocationPerSecond: 1e9,
  requestsPerAllocationBurst: 1e9,
  // Low enough to be reached now and then.
  packetsPerPartyPerSecond: 2_000,
  bitsPerPartyPerSecond: 2_000_000,
};

/** Something that a client may say to the other one of its call. */
function say({ turn }: TwinClient, to: TwinParty, random: () => number): Uint8Array {
  const peer = to.relayed;
  const length = random() < 0.02 ? random() * 65_400 : random() * 40;
  const text = Buffer.alloc(Math.floor(length), "x");
  const data = { type: attributeType.data, value: text };
  const software = { type: 0x8022, value: Buffer.from("unusual") };
  const sayings: (() => Uint8Array)[] = [
    () => turn.bindChannel(0x4000, peer),
    () => turn.bindChannel(0x4001, peer),
    () => turn.refresh(Math.floor(random() * 3) * 400),
    () => turn.createPermission(peer),
    () => turn.sendIndication(peer, text),
    () => turn.sendIndication(peer, text),
    () => turn.sendIndication(peer, text, [software]),
    () => encodeMessage(messageType(6, "indication"), turn.transactionId(), [data]),
    () => channelData(0x4000, text),
    () => channelData(0x4000, text),
    () => channelData(0x4000, text),
    () => channelData(0x4001, text),
    () => Buffer.concat([channelData(0x4000, text), Buffer.alloc(-text.length & 3)]),
    () => turn.allocate(),
    () => encodeMessage(messageType(1, "request"), Buffer.alloc(12), []),
  ];
  return sayings[Math.floor(random() * sayings.length)]?.() ?? Buffer.of();
}

const ways: readonly (readonly [Way, Way])[] = [
  ["ipv4", "ipv4"],
  ["ipv4", "ipv6"],
  ["tcp", "ipv6"],
  ["tcp", "tcp"],
];

/** Something that happens to a relay now and then, beside packets. */
function happen(lab: TwinLab, calls: TwinParty[][], random: () => number): void {
  const below = (limit: number): number => Math.floor(random() * limit);
  const begun = lab.now;
  const what = below(100);
  if (what < 20) lab.now += below(40);
  if (what === 20) lab.now += below(700_000);
  if (what === 21) lab.now += 599_990 + below(20);
  if (what === 22) lab.order((core) => core.sweep(lab.now));
  const i = below(ways.length);
  const isOver = what === 23 || lab.now - begun > 40;
  if (!isOver) return;
  for (const { client } of calls[i] ?? []) {
    if (client.way === "tcp") lab.disconnect(client);
    else lab.order((core) => core.endCall(client.callId, lab.now));
  }
  calls[i] = twinCall(lab, `call-${random()}`, ways[i] ?? ["ipv4", "ipv4"]);
}

test("the batched path sends what the core would, to the byte, whatever comes and happens", () => {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const lab = new TwinLab(seed, limits);
  const calls: TwinParty[][] = ways.map((way, i) => twinCall(lab, `call-${i}`, way));
  const stranger = lab.client("ipv4", "call-0", "a");
  const faults: string[] = [];
  for (let round = 0; round < rounds && faults.length === 0; round++) {
    for (let packets = below(20); packets > 0; packets--) {
      const members = calls[below(calls.length)] ?? [];
      const [one, other] = random() < 0.5 ? members : members.toReversed();
      if (one === undefined || other === undefined) continue;
      const from = random() < 0.05 ? stranger : one.client;
      const bytes = say(from, other, random);
      lab.send(from, random() < 0.5 ? bytes : damage(bytes, random).subarray(0, 65_507));
    }
    const { expected, actual } = lab.settle();
    if (expected.join() !== actual.join()) {
      faults.push(`round ${round}: ${JSON.stringify({ expected, actual })}`);
    }
    happen(lab, calls, random);
  }
  const guards = [lab.arena.areGuardsIntact(), lab.slots.areGuardsIntact(), lab.kernel.faults];
  expect({ seed, faults, guards }).toEqual({ seed, faults: [], guards: [true, true, 0] });
  const difference = subtractCounters(lab.batchedCore.counters, lab.core.counters);
  expect({ seed, difference }).toEqual({ seed, difference: makeCounters() });
});
