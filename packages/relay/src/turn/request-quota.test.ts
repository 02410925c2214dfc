import { describe, expect, test } from "vitest";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { channelData } from "../test-client/turn-client.ts";

const limits = { requestsPerAllocationBurst: 5, requestsPerAllocationPerSecond: 2 };

/** How many of fifty copies of one request are answered. */
function answered(client: LabClient, request: Uint8Array): number {
  let answers = 0;
  for (let i = 0; i < 50; i++) if (client.sends(request).type === "send") answers++;
  return answers;
}

describe("requests about an allocation", () => {
  test("that are signed once and sent again and again are answered at a bounded rate", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    expect(answered(a, a.turn.createPermission(b.relayed))).toBe(5);
    expect(lab.relay.counters.drops["too-many-requests"]).toBe(45);
    lab.now += 1_000;
    expect(answered(a, a.turn.refresh())).toBe(2);
    lab.now += 60_000;
    expect(answered(a, a.turn.bindChannel(0x4000, b.relayed))).toBe(5);
  });

  test("count whether or not anybody signed them", () => {
    const lab = new Lab({ limits });
    const { a } = lab.joinedPair();
    const forged = a.turn.refresh();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(answered(a, forged)).toBe(0);
    expect(lab.relay.counters.drops).toMatchObject({
      unauthenticated: 5,
      "too-many-requests": 45,
    });
  });

  test("cost no other allocation its requests, and nobody media", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    expect(a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
    answered(a, a.turn.createPermission(b.relayed));
    expect(b.code(b.turn.refresh())).toBe(0);
    expect(a.sends(channelData(0x4000, Buffer.from("x"))).type).toBe("send");
  });

  test("begin anew with a new allocation of the same five-tuple", () => {
    const lab = new Lab({ limits });
    const { a } = lab.joinedPair();
    answered(a, a.turn.refresh());
    lab.relay.disconnect(a.tuple);
    a.allocate();
    expect(answered(a, a.turn.refresh())).toBe(5);
  });
});
