import { describe, expect, test } from "vitest";
import { chooseRelay, type RelayChoice } from "./choose-relay.ts";

const relay = (id: string, group: string | null, isDraining = false): RelayChoice => ({
  id,
  group,
  isDraining,
});
const north = [relay("n1", "north"), relay("n2", "north")];
const south = [relay("s1", "south"), relay("s2", "south")];
const callIds = Array.from({ length: 200 }, (_, index) => `call-${index}`);

/** Every relay that some call goes to. */
function chosen(relays: readonly RelayChoice[], ownGroup: string | null, left: string[] = []) {
  return new Set(callIds.map((callId) => chooseRelay(callId, relays, ownGroup, left)));
}

describe("the relay of a call", () => {
  test.each([
    { why: "none where there is none", relays: [], from: null, to: [null] },
    {
      why: "one of the node's own group",
      relays: [...north, ...south],
      from: "north",
      to: ["n1", "n2"],
    },
    {
      why: "one of any group where its own has none",
      relays: south,
      from: "north",
      to: ["s1", "s2"],
    },
    {
      why: "one of any group where its own only drains",
      relays: [relay("n1", "north", true), ...south],
      from: "north",
      to: ["s1", "s2"],
    },
    {
      why: "one of those without a group, for a node without one",
      relays: [relay("x", null), ...south],
      from: null,
      to: ["x"],
    },
    {
      why: "one of all, for a node without a group",
      relays: [...north, ...south],
      from: null,
      to: ["n1", "n2", "s1", "s2"],
    },
    {
      why: "none that drains",
      relays: [relay("d", null, true), relay("x", null)],
      from: null,
      to: ["x"],
    },
    { why: "nobody where all drain", relays: [relay("d", null, true)], from: null, to: [null] },
  ])("is $why", ({ relays, from, to }) => {
    expect(chosen(relays, from)).toEqual(new Set(to));
  });

  test("is none that it has left: that one would not take it back", () => {
    expect(chosen(north, "north", ["n1"])).toEqual(new Set(["n2"]));
    expect(chosen(north, "north", ["n1", "n2"])).toEqual(new Set([null]));
  });

  test("is the same for nodes that learned of the relays in another order", () => {
    for (const callId of callIds) {
      expect(chooseRelay(callId, north, null)).toBe(chooseRelay(callId, north.toReversed(), null));
    }
  });
});
