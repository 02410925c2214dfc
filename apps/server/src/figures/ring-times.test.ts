import type { CallId } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { RingTimes } from "./ring-times.ts";

const call = "01arz3ndektsv4rrffq69g5fav" as CallId;

test.each([
  ["the invite is known first", [{ invitedAt: 10 }, { writtenAt: 15 }]],
  ["the ring is known first", [{ writtenAt: 15 }, { invitedAt: 10 }]],
])("a ring's time is there when both of its moments are: %s", (_, moments) => {
  const times: number[] = [];
  const rings = new RingTimes((ms) => times.push(ms));
  for (const moment of moments) {
    expect(times).toEqual([]);
    rings.note(call, moment);
  }
  expect(times).toEqual([5]);
});

test("a ring that ended before a page was told has no time", () => {
  const times: number[] = [];
  const rings = new RingTimes((ms) => times.push(ms));
  rings.note(call, { invitedAt: 10 });
  rings.forget(call);
  rings.note(call, { writtenAt: 15 });
  expect(times).toEqual([]);
});
