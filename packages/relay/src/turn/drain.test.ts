import { describe, expect, test } from "vitest";
import { Lab } from "../test-client/lab.ts";
import { dataIn, errorCodeOf } from "../test-client/turn-client.ts";

describe("a relay that drains", () => {
  test("refuses the first allocation of every call that its caller has none in: 508", () => {
    const lab = new Lab();
    lab.live("young");
    lab.relay.drain();
    lab.live("younger");
    for (const callId of ["young", "younger"]) {
      for (const party of ["a", "b"] as const) {
        expect(errorCodeOf(lab.client(party, { callId }).allocate())).toBe(508);
      }
    }
    expect(lab.relay.figures()).toMatchObject({ isDraining: true, calls: 0 });
  });

  test("goes on with a call that rings: its devices allocate, it is joined, media passes", () => {
    const lab = new Lab();
    lab.live();
    const a = lab.allocated("a");
    lab.relay.drain();
    const b = lab.allocated("b");
    lab.join();
    const action = a.sends(a.turn.sendIndication(b.relayed, Buffer.from("hello")));
    expect(action.type === "send" && dataIn(action.bytes)).toBe("hello");
    expect(lab.relay.figures()).toMatchObject({ calls: 1, allocations: { udp: 2, tcp: 0 } });
  });

  test("goes on with a joined call, also when a device had left and allocates again", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    lab.relay.drain();
    expect([a.code(a.turn.refresh()), b.code(b.turn.bindChannel(0x4000, a.relayed))]).toEqual([
      0, 0,
    ]);
    for (const client of [a, b]) client.code(client.turn.refresh(0));
    expect(lab.relay.figures().calls).toBe(0);
    expect([lab.allocated("b"), lab.allocated("a")].map(({ relayed }) => relayed.port > 0)).toEqual(
      [true, true],
    );
  });

  test("tells a caller nothing about the callee's devices", () => {
    const codes = [0, 1, 3].map((devices) => {
      const lab = new Lab();
      lab.live();
      for (let i = 0; i < devices; i++) lab.allocated("b", { device: `b${i}` });
      lab.relay.drain();
      return errorCodeOf(lab.client("a").allocate());
    });
    expect(codes).toEqual([508, 508, 508]);
  });

  test("counts the calls that are left down to none", () => {
    const lab = new Lab();
    for (const callId of ["one", "two"]) lab.joinedPair({ callId });
    lab.relay.drain();
    const left = ["one", "two"].map((callId) => {
      const { calls } = lab.relay.figures();
      lab.relay.endCall(callId, lab.now);
      return calls;
    });
    expect([...left, lab.relay.figures().calls]).toEqual([2, 1, 0]);
  });
});
