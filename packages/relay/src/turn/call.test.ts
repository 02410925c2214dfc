import { describe, expect, test } from "vitest";
import { Lab } from "../test-client/lab.ts";
import { errorCodeOf } from "../test-client/turn-client.ts";

function isLive(lab: Lab, callId: string): boolean {
  return errorCodeOf(lab.client("a", { callId }).allocate()) === 0;
}

describe("a list of live calls", () => {
  test("ends the calls that this application declared and does not list any more", () => {
    const lab = new Lab();
    lab.live("kept");
    lab.live("gone");
    lab.allocated("a", { callId: "gone" });
    lab.allocated("a", { callId: "kept" });
    lab.relay.replaceCalls({ connection: "control" }, [{ callId: "kept" }], lab.now);
    expect(lab.relay.allocations()).toBe(1);
    expect(errorCodeOf(lab.client("a", { callId: "gone" }).allocate())).toBe(401);
  });

  test("leaves alone what another application declared", () => {
    const lab = new Lab();
    lab.live("theirs");
    lab.relay.replaceCalls({ connection: "another control" }, [], lab.now);
    expect(errorCodeOf(lab.client("a", { callId: "theirs" }).allocate())).toBe(0);
  });

  test("keeps a call that another application still holds, until that lets go of it too", () => {
    const lab = new Lab();
    lab.live("shared");
    lab.relay.declareCall({ connection: "another control" }, { callId: "shared" }, lab.now);
    lab.relay.replaceCalls({ connection: "control" }, [], lab.now);
    expect(errorCodeOf(lab.client("a", { callId: "shared" }).allocate())).toBe(0);
    lab.relay.replaceCalls({ connection: "another control" }, [], lab.now);
    expect(lab.relay.allocations()).toBe(0);
  });

  test("tells a relay that was restarted who is joined", () => {
    const lab = new Lab();
    const join = { callerDevice: "a1", calleeDevice: "b1" };
    lab.relay.replaceCalls({ connection: "control" }, [{ callId: "call", join }], lab.now);
    expect(errorCodeOf(lab.client("b", { device: "b2" }).allocate())).toBe(401);
    const [a, b] = [lab.allocated("a"), lab.allocated("b")];
    expect(a.sends(a.turn.sendIndication(b.relayed, Buffer.from("x"))).type).toBe("send");
  });

  test("leaves a running call as it is", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    lab.relay.replaceCalls({ connection: "control" }, [{ callId: "call" }], lab.now);
    expect(a.sends(a.turn.sendIndication(b.relayed, Buffer.from("x"))).type).toBe("send");
  });
});

describe("the lists of several nodes on one database", () => {
  const one = { connection: "one", database: "shared" };
  const two = { connection: "two", database: "shared" };

  test("do not end a call that another node declared after the list was asked for", () => {
    const lab = new Lab();
    lab.relay.askForCalls(one);
    lab.relay.declareCall(two, { callId: "young" }, lab.now);
    lab.relay.replaceCalls(one, [], lab.now);
    expect(isLive(lab, "young")).toBe(true);
  });

  test("end a call that another node declared before, as one does that died with its last word", () => {
    const lab = new Lab();
    lab.relay.declareCall(two, { callId: "old" }, lab.now);
    lab.relay.askForCalls(one);
    lab.relay.replaceCalls(one, [], lab.now);
    expect(isLive(lab, "old")).toBe(false);
  });

  test("say nothing of what one node alone knows", () => {
    const lab = new Lab();
    lab.relay.declareCall(two, { callId: "loop", ofNode: true }, lab.now);
    lab.relay.askForCalls(one);
    lab.relay.replaceCalls(one, [], lab.now);
    expect(isLive(lab, "loop")).toBe(true);
    lab.relay.askForCalls(two);
    lab.relay.replaceCalls(two, [], lab.now);
    expect(isLive(lab, "loop")).toBe(false);
  });

  test("do not bring back what has ended after they were read, nor take back a join", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    lab.relay.declareCall(two, { callId: "over" }, lab.now);
    lab.relay.askForCalls(one);
    lab.relay.endCall("over", lab.now);
    lab.relay.replaceCalls(one, [{ callId: "over" }, { callId: "call" }], lab.now);
    expect(isLive(lab, "over")).toBe(false);
    expect(a.sends(a.turn.sendIndication(b.relayed, Buffer.from("x"))).type).toBe("send");
  });

  test("know the calls that a node named before it shared its database", () => {
    const lab = new Lab();
    lab.relay.declareCall({ connection: "one" }, { callId: "kept" }, lab.now);
    lab.relay.askForCalls(one);
    lab.relay.replaceCalls(one, [{ callId: "kept" }], lab.now);
    lab.relay.askForCalls(two);
    lab.relay.replaceCalls(two, [{ callId: "kept" }], lab.now);
    expect(isLive(lab, "kept")).toBe(true);
    lab.relay.askForCalls(two);
    lab.relay.replaceCalls(two, [], lab.now);
    expect(isLive(lab, "kept")).toBe(false);
  });
});

describe("an ended call", () => {
  test("is remembered until no credential of it can be good, and no longer", () => {
    const lab = new Lab();
    lab.relay.endCall("call", lab.now);
    lab.now += 899_999;
    lab.relay.sweep(lab.now);
    expect(lab.live()).toBe(false);
    lab.now += 1;
    lab.relay.sweep(lab.now);
    expect(lab.live()).toBe(true);
  });

  test("takes all its allocations along and nobody else's", () => {
    const lab = new Lab();
    lab.joinedPair({ callId: "one" });
    lab.joinedPair({ callId: "two" });
    lab.relay.endCall("one", lab.now);
    expect(lab.relay.allocations()).toBe(2);
  });
});

test("a stream that is gone takes its allocation along", () => {
  const lab = new Lab();
  const { a, b } = lab.joinedPair();
  lab.relay.disconnect(b.tuple);
  lab.relay.disconnect(b.tuple);
  expect(lab.relay.allocations()).toBe(1);
  expect(a.sends(a.turn.sendIndication(b.relayed, Buffer.from("x")))).toEqual({
    type: "drop",
    reason: "no-peer",
  });
});

test("calls of a relay alone are forgotten when nobody is in them", () => {
  const lab = new Lab({ isAlone: true });
  const client = lab.allocated("a", { callId: "any" });
  client.asks(client.turn.refresh(0));
  lab.relay.sweep(lab.now);
  expect(lab.relay.allocations()).toBe(0);
  expect(errorCodeOf(lab.client("b", { callId: "any" }).allocate())).toBe(0);
});
