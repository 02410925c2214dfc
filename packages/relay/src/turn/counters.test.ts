import { describe, expect, test } from "vitest";
import { Lab } from "../test-client/lab.ts";
import { channelData } from "../test-client/turn-client.ts";
import { addCounters, type Counters, makeCounters, subtractCounters } from "./counters.ts";

/** What is not 0, as `group name`. */
function counted(counters: Counters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).flatMap(([group, tally]) =>
      Object.entries(tally as Record<string, number>)
        .filter(([, count]) => count !== 0)
        .map(([name, count]) => [`${group} ${name}`, count]),
    ),
  );
}

/** What some acts of a test added. */
function added(lab: Lab, act: () => void): Record<string, number> {
  const before = structuredClone(lab.relay.counters);
  act();
  return counted(subtractCounters(lab.relay.counters, before));
}

describe("a relay counts", () => {
  test("requests by the code of their answers", () => {
    const lab = new Lab();
    lab.live();
    const a = lab.client("a");
    expect(added(lab, () => a.allocate())).toEqual({ "answers 401": 1, "answers success": 1 });
    expect(added(lab, () => a.code(a.turn.createPermission()))).toEqual({ "answers 400": 1 });
    expect(added(lab, () => a.code(a.turn.allocate()))).toEqual({ "answers 437": 1 });
  });

  test("what it passes on, with its headers, in and out", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    const indication = a.turn.sendIndication(b.relayed, Buffer.from("hello"));
    expect(added(lab, () => a.sends(indication))).toEqual({
      "packetsIn udp": 1,
      "packetsOut udp": 1,
      "bytesIn udp": 44,
      "bytesOut udp": 44,
    });
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    expect(added(lab, () => a.sends(channelData(0x4000, Buffer.from("hello"))))).toEqual({
      "packetsIn udp": 1,
      "packetsOut udp": 1,
      "bytesIn udp": 9,
      "bytesOut udp": 44,
    });
  });

  test("what it drops, by the reason", () => {
    const lab = new Lab();
    const { a } = lab.joinedPair();
    const stranger = lab.client("a");
    expect(
      added(lab, () => {
        for (const hex of ["80", "4fff0000"]) a.sends(Buffer.from(hex, "hex"));
        stranger.sends(channelData(0x4000, Buffer.from("x")));
        stranger.sends(stranger.turn.request(0x001, [], { isSigned: false }));
        stranger.sends(stranger.turn.refresh());
      }),
    ).toEqual({
      "drops malformed": 1,
      "drops no-channel": 1,
      "drops no-allocation": 1,
      "drops unwanted": 1,
      "drops unauthenticated": 1,
    });
  });

  test("what was refused because there is too much of it", () => {
    const limits = { allocationsPerPartyMax: 1, allocationsMax: 2, channelsPerAllocationMax: 0 };
    const lab = new Lab({ limits });
    lab.live();
    const [a, b] = [lab.allocated("a"), lab.allocated("b")];
    expect(
      added(lab, () => {
        lab.client("a").allocate();
        lab.live("another");
        lab.client("a", { callId: "another" }).allocate();
        a.code(a.turn.bindChannel(0x4000, b.relayed));
      }),
    ).toEqual({
      "answers 401": 2,
      "answers 486": 1,
      "answers 508": 2,
      "quotaRefusals allocations": 1,
      "quotaRefusals allocations-per-party": 1,
      "quotaRefusals channels-per-allocation": 1,
    });
  });
});

test("counters of two parts are one by addition, and a time between two readings by subtraction", () => {
  const [left, right] = [makeCounters(), makeCounters()];
  left.packetsIn.udp = 5;
  right.packetsIn.udp = 3;
  right.drops.malformed = 2;
  expect(counted(addCounters(left, right))).toEqual({ "packetsIn udp": 8, "drops malformed": 2 });
  expect(counted(subtractCounters(left, right))).toEqual({
    "packetsIn udp": 2,
    "drops malformed": -2,
  });
  expect(counted(left)).toEqual({ "packetsIn udp": 5 });
});
