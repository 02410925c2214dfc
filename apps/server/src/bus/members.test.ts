import { beforeEach, expect, test } from "vitest";
import { busLimits } from "./bus-limits.ts";
import type { NodeId } from "./bus.ts";
import { Members } from "./members.ts";

const [self, one, other] = ["self", "one", "other"] as NodeId[] as [NodeId, NodeId, NodeId];
const { heartbeatMs, nodeGoneMs, deafMsMax, missingNodeMsMax } = busLimits;

let members: Members;
let now: number;

beforeEach(() => {
  members = new Members(self);
  now = 0;
  members.listened(now);
});

/** Hears these nodes for a while, each as often as it says that it lives. */
function pass(ms: number, ...nodes: NodeId[]): boolean {
  let isAnyGone = false;
  for (const end = now + ms; now < end;) {
    now += heartbeatMs;
    for (const node of nodes) members.heard(node, now);
    isAnyGone = members.listened(now) || isAnyGone;
  }
  return isAnyGone;
}

test("a node is new once", () => {
  expect(members.heard(one, now)).toBe(true);
  expect(members.heard(one, now)).toBe(false);
  expect(members.ids()).toEqual([self, one]);
});

test("a node that says nothing for three seconds is gone, and no other", () => {
  pass(heartbeatMs, one, other);
  expect(pass(nodeGoneMs, other)).toBe(false);
  expect(pass(heartbeatMs, other)).toBe(true);
  expect(members.ids()).toEqual([self, other]);
});

test("a node that leaves is gone at once, and once", () => {
  members.heard(one, now);
  expect([members.left(one), members.left(one)]).toEqual([true, false]);
  expect(members.ids()).toEqual([self]);
});

test("whoever heard nothing at all for a while takes nobody for gone, until the time is over again", () => {
  pass(heartbeatMs, one, other);
  now += 60_000;
  expect(members.listened(now)).toBe(false);
  expect(members.ids()).toEqual([self, one, other]);
  expect(pass(nodeGoneMs, other)).toBe(false);
  expect(pass(heartbeatMs, other)).toBe(true);
  expect(members.ids()).toEqual([self, other]);
});

test("listening is not deaf as long as it happens about as often as nodes speak", () => {
  expect(deafMsMax).toBeGreaterThan(heartbeatMs);
  expect(deafMsMax).toBeLessThan(nodeGoneMs);
});

test("a node that fell silent is missing until it speaks again or leaves, or for some minutes", () => {
  pass(heartbeatMs, one, other);
  expect(members.isAnyMissing()).toBe(false);
  for (const end of [() => members.heard(one, now), () => members.left(one)]) {
    members.heard(one, now);
    pass(nodeGoneMs + heartbeatMs, other);
    expect(members.isAnyMissing()).toBe(true);
    end();
    expect(members.isAnyMissing()).toBe(false);
  }
  members.heard(one, now);
  pass(nodeGoneMs + missingNodeMsMax, other);
  expect(members.isAnyMissing()).toBe(true);
  pass(heartbeatMs, other);
  expect(members.isAnyMissing()).toBe(false);
});

test("a node that leaves is not missing", () => {
  members.heard(one, now);
  members.left(one);
  pass(nodeGoneMs + heartbeatMs);
  expect(members.isAnyMissing()).toBe(false);
});

test("alone, everything is this node's", () => {
  expect(["a", "b", "c"].every((key) => members.isMine(key))).toBe(true);
});
