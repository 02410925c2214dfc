import { type Call, parseCall } from "@ringfence/call";
import { expect, test } from "vitest";
import { serverLimits } from "../limits.ts";
import { newId } from "./calls-test-world.ts";
import { ParsedCalls } from "./parsed-calls.ts";

function ringing(rangAt = 1_000): Call {
  const [callId, accountId, deviceId, calleeAccountId] = [newId(), newId(), newId(), newId()];
  return parseCall(
    JSON.stringify({
      state: "ringing",
      ...{ callId, kind: "audio", reason: "mutuals", caller: { accountId, deviceId } },
      ...{ calleeAccountId, rangAt, route: "relayed", dueAt: rangAt + 45_000, offer: null },
      ...{ candidates: [], isMicrophonePending: false, isQuiet: false },
      ...{ isSilenced: false, isRevoked: false },
    }),
  );
}

test("a text that was written is read as the call that it was written of", () => {
  const parsed = new ParsedCalls();
  const call = ringing();
  const text = JSON.stringify(call);
  parsed.remember(call, text);
  // The same text, and not the same string.
  expect(parsed.parse(call.callId, JSON.parse(JSON.stringify(text)))).toBe(call);
});

test("another text of that call is parsed, whoever wrote it", () => {
  const parsed = new ParsedCalls();
  const call = ringing();
  parsed.remember(call, JSON.stringify(call));
  const written = { ...call, rangAt: 2_000 };
  expect(parsed.parse(call.callId, JSON.stringify(written))).toEqual(written);
  expect(() => parsed.parse(call.callId, "{}")).toThrow();
});

test("calls that are over and the ones above the limit are forgotten", () => {
  const parsed = new ParsedCalls();
  const { callId, kind, reason, caller, calleeAccountId, rangAt, route } = ringing();
  const ended = { callId, kind, reason, caller, calleeAccountId, rangAt, route };
  const over: Call = { state: "ended", ...ended, endedAt: 3_000 };
  parsed.remember(over, JSON.stringify(over));
  expect(parsed.parse(callId, JSON.stringify(over))).not.toBe(over);
  const first = ringing();
  parsed.remember(first, JSON.stringify(first));
  for (let count = 0; count < serverLimits.parsedCallsMax; count++) {
    const next = ringing();
    parsed.remember(next, JSON.stringify(next));
  }
  expect(parsed.parse(first.callId, JSON.stringify(first))).not.toBe(first);
});
