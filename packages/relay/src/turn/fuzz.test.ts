import { expect, test, vi } from "vitest";
import { encodeMessage, messageType } from "../stun/message.ts";
import { damage, randomFrom } from "../test-client/damage.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { channelData } from "../test-client/turn-client.ts";

/**
 * Longer by hand, and again with the seed that a failure names:
 * `FUZZ_ROUNDS=5000000 FUZZ_SEED=7 npx vitest run packages/relay/src/turn/fuzz.test.ts`
 */
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 20_000);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
vi.setConfig({ testTimeout: Math.max(10_000, rounds) });

function validMessages(client: LabClient, peer: LabClient): Uint8Array[] {
  const { turn } = client;
  return [
    turn.allocate(),
    turn.allocate([], { isSigned: false, hasFingerprint: true }),
    turn.refresh(),
    turn.createPermission(peer.relayed, peer.relayed),
    turn.bindChannel(0x4000, peer.relayed),
    turn.sendIndication(peer.relayed, Buffer.from("some data")),
    channelData(0x4000, Buffer.from("some data")),
    encodeMessage(messageType(1, "request"), Buffer.alloc(12), []),
  ];
}

test("whatever bytes come, the relay goes on and sends to the two parties only", () => {
  const random = randomFrom(seed);
  const limits = {
    strangerRequestsPerSourceBurst: 1e9,
    strangerRequestsBurst: 1e9,
    requestsPerAllocationBurst: 1e9,
  };
  const lab = new Lab({ limits });
  const { a, b } = lab.joinedPair();
  lab.relay.declareCall({ connection: "control" }, { callId: "call", direct: true }, lab.now);
  const stranger = lab.client("a");
  const outsiders = lab.joinedPair({ callId: "another" });
  const messages = [...validMessages(a, b), ...validMessages(stranger, b)];
  const faults: string[] = [];
  for (let i = 0; i < rounds; i++) {
    const from = random() < 0.5 ? a : stranger;
    const bytes = damage(messages[Math.floor(random() * messages.length)] ?? Buffer.of(), random);
    const hex = bytes.toString("hex");
    const action = from.sends(bytes);
    if (action.type !== "send") continue;
    const receivers = from === a ? [a.tuple.key, b.tuple.key] : [stranger.tuple.key];
    const isAmplified = from === stranger && action.bytes.length > 120;
    if (!receivers.includes(action.to.key) || isAmplified) faults.push(`round ${i}: ${hex}`);
  }
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  const { a: c, b: d } = outsiders;
  const action = c.sends(c.turn.sendIndication(d.relayed, Buffer.from("x")));
  expect({ seed, type: action.type }).toEqual({ seed, type: "send" });
});
