import type { CallView } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { callId, otherId, view } from "../../test/test-calls.ts";
import { type OwnStanding, reconcileCalls, type Resumption } from "./reconcile-calls.ts";

const caller: OwnStanding = {
  role: "caller",
  callId,
  phase: "ringing",
  hasSaidAccept: false,
  hasMedia: true,
};
const callee: OwnStanding = { ...caller, role: "callee", phase: "connecting", hasMedia: false };
const accepting: OwnStanding = { ...callee, hasSaidAccept: true };
const winner: OwnStanding = { ...accepting, hasMedia: true };

const rings = view();
const ringsOut = view({ role: "caller", isThisDevice: true });
const won = view({ state: "connecting", isThisDevice: true });
const wonElsewhere = view({ state: "connecting" });
const goOn = (one: CallView): Resumption => ({ type: "go-on", view: one });

describe("the call of this tab", () => {
  test.each<[string, OwnStanding, CallView[], Resumption]>([
    ["not sent yet", { ...caller, callId: null, phase: "about-to-ring" }, [], { type: "wait" }],
    [
      "whose invite has no answer",
      { ...caller, callId: null, phase: "inviting" },
      [ringsOut],
      { type: "end", reason: "unreachable" },
    ],
    ["that rings", caller, [ringsOut], goOn(ringsOut)],
    ["that is gone", caller, [view({ callId: otherId })], { type: "end", reason: "lost" }],
    ["whose accept waits for its turn", callee, [rings], { type: "wait" }],
    ["whose accept was lost", accepting, [rings], { type: "accept-again" }],
    ["whose credential was lost", accepting, [won], goOn(won)],
    [
      "that another device took",
      accepting,
      [wonElsewhere],
      { type: "end", reason: "answered-elsewhere" },
    ],
    ["whose ring was over", accepting, [], { type: "end", reason: "lost" }],
    ["that has its credential", winner, [won], goOn(won)],
  ])("%s", (_name, own, calls, resumption) => {
    expect(reconcileCalls(own, calls).own).toEqual(resumption);
  });
});

describe("the other calls", () => {
  test("that ring are shown, and those of other devices are not", () => {
    const second = view({ callId: otherId });
    const { rings: shown, other } = reconcileCalls(null, [wonElsewhere, second]);
    expect(shown).toEqual([second]);
    expect(other).toBeNull();
  });

  test("do not hold the ring that this tab has accepted", () => {
    expect(reconcileCalls(accepting, [rings])).toMatchObject({ rings: [], other: null });
  });

  test("hold what this device rings or is in, where this tab has no call", () => {
    expect(reconcileCalls(null, [ringsOut]).other).toEqual(ringsOut);
    expect(reconcileCalls(null, [won]).other).toEqual(won);
  });

  test("hold the ring of an invite whose answer was lost", () => {
    const own: OwnStanding = { ...caller, callId: null, phase: "inviting" };
    expect(reconcileCalls(own, [ringsOut]).other).toEqual(ringsOut);
  });
});
