import { Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  candidateRouteOf,
  begin,
  type Call,
  dueAtOf,
  parseCall,
  type RingingCall,
  viewCall,
} from "./index.ts";
import { aCandidate, anOffer, CallRun, runTo } from "./test/call-run.ts";
import {
  aliceLaptop,
  alicePhone,
  bobLaptop,
  bobPhone,
  callId,
  malloryPhone,
  permitFor,
  startedAt,
} from "./test/people.ts";

const states = ["ringing", "connecting", "connected", "reconnecting"] as const;
const bob = Person.parse({ handle: "bob", displayName: "Bob" });
const alice = Person.parse({ handle: "alice", displayName: "Alice" });

describe("a call in the store", () => {
  test.each(states)("is read back as it was while %s", (state) => {
    const { call } = runTo(state);
    expect(parseCall(JSON.stringify(call))).toEqual(call);
  });

  test("keeps neither the offer nor a candidate when it is over", () => {
    const run = new CallRun();
    run.say(alicePhone, anOffer);
    run.say(alicePhone, aCandidate());
    run.say(alicePhone, "cancel");
    expect(JSON.stringify(run.call)).not.toMatch(/offer|candidate/);
  });

  test("that began to ring before there were quiet hours was loud", () => {
    const { isQuiet: _, ...before } = runTo("ringing").call as RingingCall;
    expect(parseCall(JSON.stringify(before))).toMatchObject({ isQuiet: false });
  });

  test("that began to ring before there were direct calls is relayed", () => {
    const { route: _, ...before } = runTo("connected").call;
    expect(parseCall(JSON.stringify(before))).toMatchObject({ route: "relayed" });
  });

  test("says by which list candidates are judged: a direct one's only after the accept", () => {
    for (const state of states) {
      const { call } = runTo(state);
      expect(candidateRouteOf(call)).toBe("relayed");
      const direct = { ...call, route: "direct" } as const;
      expect(candidateRouteOf(direct)).toBe(state === "ringing" ? "relayed" : "direct");
    }
  });

  test("that is not one is a broken store", () => {
    expect(() => parseCall("{}")).toThrow("state");
    expect(() => parseCall("")).toThrow(SyntaxError);
  });

  test("has a timer in the states that wait, and in no other", () => {
    const waits = states.map((state) => dueAtOf(runTo(state).call));
    expect(waits).toEqual([startedAt + 45_000, startedAt + 20_000, null, startedAt + 60_000]);
    const run = new CallRun();
    run.say(alicePhone, "cancel");
    expect(dueAtOf(run.call)).toBeNull();
  });
});

describe("a call as a device sees it", () => {
  test("rings for the callee with the reason why, and how long it still will", () => {
    const run = new CallRun();
    run.wait(5_000);
    expect(viewCall(run.call, bobPhone, alice, run.now)).toMatchObject({
      role: "callee",
      with: alice,
      state: "ringing",
      isThisDevice: false,
      reason: "mutuals",
      isSilenced: false,
      ringRemainingMs: 40_000,
    });
  });

  test("is silenced for every device of the callee, and never for the caller", () => {
    const run = new CallRun();
    run.say(bobPhone, "silence");
    const isSilenced = [bobPhone, bobLaptop, alicePhone].map(
      (device) => viewCall(run.call, device, bob, run.now)?.isSilenced,
    );
    expect(isSilenced).toEqual([true, true, false]);
  });

  test("is quiet for every device of the callee, and the caller cannot tell", () => {
    const permit = permitFor(alicePhone.accountId, bobPhone.accountId, startedAt);
    const devices = {
      callId,
      callerDeviceId: alicePhone.deviceId,
      route: "relayed",
      relayId: "r1",
    } as const;
    const [quiet, loud] = [true, false].map((isQuiet) => {
      const begun = begin(permit, { ...devices, isQuiet }, startedAt);
      if (begun.outcome === "refused") throw new Error("a live permit rings");
      return begun.call;
    }) as [Call, Call];
    const shown = [bobPhone, bobLaptop].map(
      (device) => viewCall(quiet, device, alice, startedAt)?.isQuiet,
    );
    expect(shown).toEqual([true, true]);
    expect(viewCall(quiet, alicePhone, bob, startedAt)).toEqual(
      viewCall(loud, alicePhone, bob, startedAt),
    );
  });

  test("tells the caller no reason", () => {
    const run = new CallRun();
    const view = viewCall(run.call, alicePhone, bob, run.now);
    expect(view).toMatchObject({ role: "caller", isThisDevice: true, reason: null });
  });

  test("is on one device of each account once it was accepted", () => {
    const run = runTo("connected");
    const isThisDevice = [alicePhone, aliceLaptop, bobPhone, bobLaptop].map(
      (device) => viewCall(run.call, device, bob, run.now)?.isThisDevice,
    );
    expect(isThisDevice).toEqual([true, false, true, false]);
  });

  test("has a length from when both had media, also while it reconnects", () => {
    const run = runTo("connected");
    run.wait(3_000);
    run.say(alicePhone, "media-lost");
    run.wait(2_000);
    const view = viewCall(run.call, bobPhone, alice, run.now);
    expect(view).toMatchObject({ state: "reconnecting", connectedForMs: 5_000 });
  });

  test("is not there for a stranger, nor when it is over", () => {
    const run = new CallRun();
    expect(viewCall(run.call, malloryPhone, bob, run.now)).toBeNull();
    run.say(alicePhone, "cancel");
    expect(viewCall(run.call, alicePhone, bob, run.now)).toBeNull();
  });
});
