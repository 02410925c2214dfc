import { describe, expect, test } from "vitest";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { channelData } from "../test-client/turn-client.ts";

const limits = { packetsPerPartyPerSecond: 20, bitsPerPartyPerSecond: 16_000 };

/** How many of a hundred packets with so much data are passed on. */
function passed(from: LabClient, to: LabClient, bytes: number): number {
  const packet = from.turn.sendIndication(to.relayed, Buffer.alloc(bytes));
  let count = 0;
  for (let i = 0; i < 100; i++) if (from.sends(packet).type === "send") count++;
  return count;
}

describe("a party of a call", () => {
  test("passes on so many packets a second, and half a second's at once", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    expect(passed(a, b, 4)).toBe(10);
    expect(lab.relay.counters.drops["over-quota"]).toBe(90);
    lab.now += 200;
    expect(passed(a, b, 4)).toBe(4);
    lab.now += 60_000;
    expect(passed(a, b, 4)).toBe(10);
  });

  test("passes on so many bits a second", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    // With 36 bytes around them: each is 200 bytes, and half a second has 1,000.
    expect(passed(a, b, 164)).toBe(5);
  });

  test("has no more to send on by having more allocations", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    const more = Array.from({ length: 5 }, () => lab.allocated("a"));
    expect([a, ...more].map((one) => passed(one, b, 4))).toEqual([10, 0, 0, 0, 0, 0]);
    a.asks(a.turn.refresh(0));
    expect(passed(lab.allocated("a"), b, 4)).toBe(0);
  });

  test("costs the other party and other calls nothing", () => {
    const lab = new Lab({ limits });
    const { a, b } = lab.joinedPair();
    const { a: c, b: d } = lab.joinedPair({ callId: "another" });
    passed(a, b, 4);
    expect([passed(b, a, 4), passed(c, d, 4)]).toEqual([10, 10]);
  });
});

test("all parties together pass on so many packets a second", () => {
  const lab = new Lab({ limits: { packetsPerSecondMax: 30 } });
  const { a, b } = lab.joinedPair();
  expect(passed(a, b, 4)).toBe(15);
  lab.now += 1_000;
  const frame = channelData(0x4000, Buffer.alloc(4));
  expect(a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
  expect(a.sends(frame).type).toBe("send");
});
