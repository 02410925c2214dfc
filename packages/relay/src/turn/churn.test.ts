import { expect, test, vi } from "vitest";
import { encodeMessage, messageType } from "../stun/message.ts";
import { Lab } from "../test-client/lab.ts";
import { errorCodeOf } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

vi.setConfig({ testTimeout: 60_000 });

const nothing = { allocations: 0, calls: 0, ended: 0, sources: 0 };
const limits = { strangerRequestsBurst: 1e9, strangerRequestsPerSourceBurst: 1e9 };

test("ten thousand strangers leave nothing behind, whatever they ask and claim", () => {
  const lab = new Lab({ limits });
  let answers = 0;
  for (let i = 0; i < 10_000; i++) {
    const address = `198.${18 + (i & 1)}.${(i >> 8) & 0xff}.${i & 0xff}`;
    const client = lab.client("a", { callId: `call-${i}`, address });
    const { turn } = client;
    const requests = [
      turn.allocate([], { isSigned: false }),
      // A right password, but of a call that nobody said is live; and a wrong one.
      turn.allocate(),
      turn.refresh(),
      encodeMessage(messageType(turnMethod.binding, "request"), Buffer.alloc(12), []),
      Buffer.from(`4000000${i & 7}`, "hex"),
    ];
    for (const request of requests) {
      const action = client.sends(request);
      if (action.type !== "send") continue;
      answers++;
      turn.takeChallenge(action.bytes);
    }
  }
  expect(answers).toBe(20_000);
  expect(lab.relay.tables()).toEqual(nothing);
});

test("a thousand allocations leave nothing behind, however they end", () => {
  const lab = new Lab({ limits });
  for (let i = 0; i < 1_000; i++) {
    const callId = `call-${i}`;
    lab.live(callId);
    const a = lab.allocated("a", { callId, address: `198.18.0.${i % 250}` });
    const b = lab.allocated("b", { callId });
    lab.join("a1", "b1", callId);
    expect(a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
    if (i % 4 === 0) a.asks(a.turn.refresh(0));
    else if (i % 4 === 1) lab.relay.disconnect(a.tuple);
    // The others expire, or end with their call.
    if (i % 2 === 0) lab.relay.endCall(callId, lab.now);
    lab.now += 10;
  }
  expect(lab.relay.tables()).not.toEqual(nothing);
  expect(lab.relay.tables().allocations).toBeGreaterThan(0);
  lab.relay.replaceCalls({ connection: "control" }, [], lab.now);
  expect(lab.relay.tables()).toEqual({ ...nothing, ended: 1_000 });
  // Their ids go once no credential of them can be good any more.
  lab.now += 15 * 60_000;
  lab.relay.sweep(lab.now);
  expect(lab.relay.tables()).toEqual(nothing);
});

test("a relay alone forgets a thousand calls that nobody declared", () => {
  const lab = new Lab({ limits, isAlone: true });
  for (let i = 0; i < 1_000; i++) {
    const a = lab.allocated("a", { callId: `call-${i}` });
    if (i % 2 === 0) a.asks(a.turn.refresh(0));
  }
  expect(lab.relay.tables().allocations).toBe(500);
  lab.now += 600_000;
  lab.relay.sweep(lab.now);
  expect(lab.relay.tables()).toEqual(nothing);
  expect(errorCodeOf(lab.client("a").allocate())).toBe(0);
});
