import { describe, expect, test } from "vitest";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { channelData, dataIn, errorCodeOf, readMessage } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

/** Tries every way to get data across, and says what the receiver gets. */
function crossings(from: LabClient, to: LabClient, channel = 0x4001): string[] {
  const peer = to.relayed;
  from.code(from.turn.createPermission(peer));
  from.code(from.turn.bindChannel(channel, peer));
  return [
    from.sends(from.turn.sendIndication(peer, Buffer.from("hello"))),
    from.sends(channelData(channel, Buffer.from("hello"))),
  ].flatMap((action) =>
    action.type === "send" && action.to.key === to.tuple.key ? [dataIn(action.bytes)] : [],
  );
}

function dataOf(from: LabClient, to: LabClient): string {
  const action = from.sends(from.turn.sendIndication(to.relayed, Buffer.from("again")));
  return action.type === "send" ? dataIn(action.bytes) : "";
}

function fateOf(from: LabClient, to: LabClient): string {
  const action = from.sends(from.turn.sendIndication(to.relayed, Buffer.from("x")));
  return action.type === "drop" ? action.reason : "";
}

describe("before the join", () => {
  test("nothing passes in either direction", () => {
    const lab = new Lab();
    lab.live();
    const [a, b] = [lab.allocated("a"), lab.allocated("b")];
    expect(crossings(a, b)).toEqual([]);
    expect(crossings(b, a)).toEqual([]);
  });
});

describe("after the join", () => {
  test("both reach each other at once, by Data indications, without any permission", () => {
    const { a, b } = new Lab().joinedPair();
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const action = from.sends(from.turn.sendIndication(to.relayed, Buffer.from("early")));
      expect(action).toMatchObject({ type: "send", to: { key: to.tuple.key } });
      if (action.type !== "send") return;
      expect(readMessage(action.bytes)).toMatchObject({
        method: turnMethod.data,
        class: "indication",
      });
      expect(dataIn(action.bytes)).toBe("early");
    }
  });

  test("RFC 8656 §12: data comes as ChannelData where the receiver has a channel", () => {
    const { a, b } = new Lab().joinedPair();
    a.asks(a.turn.bindChannel(0x4111, b.relayed));
    b.asks(b.turn.bindChannel(0x7ffe, a.relayed));
    const fromA = a.sends(channelData(0x4111, Buffer.from("from a")));
    expect(fromA).toMatchObject({ type: "send", to: { key: b.tuple.key } });
    expect(fromA.type === "send" && Buffer.from(fromA.bytes)).toEqual(
      Buffer.from(channelData(0x7ffe, Buffer.from("from a"))),
    );
    const fromB = b.sends(b.turn.sendIndication(a.relayed, Buffer.from("from b")));
    expect(fromB.type === "send" && Buffer.from(fromB.bytes)).toEqual(
      Buffer.from(channelData(0x4111, Buffer.from("from b"))),
    );
  });

  test("every other device's allocation is ended, and its credential is good for nothing", () => {
    const lab = new Lab();
    lab.live();
    const [a, b, b2] = [
      lab.allocated("a"),
      lab.allocated("b"),
      lab.allocated("b", { device: "b2" }),
    ];
    lab.join();
    expect(lab.relay.allocations()).toBe(2);
    expect(lab.relay.hasAllocation(b2.tuple, lab.now)).toBe(false);
    expect(crossings(a, b2, 0x4002)).toEqual([]);
    expect(b2.sends(b2.turn.sendIndication(a.relayed, Buffer.from("x"))).type).toBe("drop");
    expect(b2.sends(b2.turn.refresh()).type).toBe("drop");
    expect(errorCodeOf(lab.client("b", { device: "b2" }).allocate())).toBe(401);
    expect(crossings(a, b)).toEqual(["hello", "hello"]);
  });

  test("a device of one party is not one of the other by having its name", () => {
    const lab = new Lab();
    lab.live();
    lab.join("same", "other");
    expect(errorCodeOf(lab.client("b", { device: "same" }).allocate())).toBe(401);
    expect(errorCodeOf(lab.client("a", { device: "same" }).allocate())).toBe(0);
  });

  test("a device that allocates again, as an ICE restart does, is reached at both places", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    const again = lab.allocated("b");
    expect(crossings(a, b)).toEqual(["hello", "hello"]);
    expect(dataOf(a, again)).toBe("again");
    expect(dataOf(again, a)).toBe("again");
    expect(again.sends(again.turn.sendIndication(b.relayed, Buffer.from("x"))).type).toBe("drop");
  });

  test("a device that prepared while it rang keeps what it allocated then", () => {
    const lab = new Lab();
    lab.live();
    const [a, b] = [lab.allocated("a"), lab.allocated("b", { address: "203.0.113.9" })];
    lab.join();
    expect(crossings(a, b)).toEqual(["hello", "hello"]);
    expect(crossings(b, a)).toEqual(["hello", "hello"]);
  });

  test("a device that goes from address to address is never refused: what it left gives way", () => {
    const lab = new Lab({ limits: { allocationsPerPartyMax: 3 } });
    const { a, b } = lab.joinedPair();
    let latest = b;
    for (let network = 1; network <= 10; network++) {
      lab.now += 1_000;
      latest = lab.client("b", { address: `203.0.113.${network}` });
      expect(errorCodeOf(latest.allocate())).toBe(0);
    }
    expect(lab.relay.allocations()).toBe(4);
    expect(dataOf(a, latest)).toBe("again");
    expect(lab.relay.hasAllocation(b.tuple, lab.now)).toBe(false);
    expect(lab.relay.hasAllocation(a.tuple, lab.now)).toBe(true);
  });

  test("nothing passes to an allocation that has expired", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    lab.now += 300_000;
    a.asks(a.turn.refresh());
    lab.now += 300_000;
    expect(crossings(a, b)).toEqual([]);
    expect(fateOf(b, a)).toBe("no-allocation");
    lab.relay.sweep(lab.now);
    expect(lab.relay.allocations()).toBe(1);
  });

  test("the end of the call ends everything, and no late word brings it back", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    lab.relay.endCall("call", lab.now);
    expect(a.sends(channelData(0x4000, Buffer.from("x")))).toEqual({
      type: "drop",
      reason: "no-allocation",
    });
    expect(lab.relay.allocations()).toBe(0);
    expect([lab.live(), lab.join()]).toEqual([false, false]);
    lab.relay.replaceCalls({ connection: "control" }, [{ callId: "call" }], lab.now);
    expect(errorCodeOf(lab.client("a").allocate())).toBe(401);
  });
});

describe("a Send indication", () => {
  test.each([
    ["DONT-FRAGMENT", 0x001a],
    ["an unknown attribute that must be understood", 0x7abc],
  ])("RFC 8489 §6.3.2: is discarded with %s", (_, type) => {
    const { a, b } = new Lab().joinedPair();
    const data = Buffer.from("x");
    const odd = [{ type, value: new Uint8Array(0) }];
    expect(a.sends(a.turn.sendIndication(b.relayed, data, odd)).type).toBe("drop");
    const optional = [{ type: 0xff01, value: new Uint8Array(0) }];
    expect(a.sends(a.turn.sendIndication(b.relayed, data, optional)).type).toBe("send");
  });

  test("of any length from 0 up is passed on whole", () => {
    const { a, b } = new Lab().joinedPair();
    for (const length of [0, 1, 2, 3, 4, 5, 1_199, 1_500]) {
      const text = "x".repeat(length);
      const action = a.sends(a.turn.sendIndication(b.relayed, Buffer.from(text)));
      expect(action.type === "send" && dataIn(action.bytes)).toBe(text);
    }
  });
});

test("a relay that runs alone joins a and b of any call, with or without a device", () => {
  const lab = new Lab({ isAlone: true });
  const [a, b] = [lab.allocated("a", { callId: "any" }), lab.allocated("b", { callId: "any" })];
  const stranger = lab.allocated("b", { callId: "another" });
  expect(crossings(a, b)).toEqual(["hello", "hello"]);
  expect(crossings(a, stranger, 0x4002)).toEqual([]);
});
