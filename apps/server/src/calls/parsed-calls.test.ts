import { type Call, parseCall } from "@ringfence/call";
import { expect, test } from "vitest";
import { serverLimits } from "../limits.ts";
import { newId } from "./calls-test-world.ts";
import { ParsedCalls } from "./parsed-calls.ts";

function ringing(): Call {
  return parseCall(
    JSON.stringify({
      state: "ringing",
      callId: newId(),
      kind: "audio",
      reason: "mutuals",
      caller: { accountId: newId(), deviceId: newId() },
      calleeAccountId: newId(),
      rangAt: 1_000,
      dueAt: 46_000,
      offer: null,
      candidates: [],
      isMicrophonePending: false,
      isSilenced: false,
      isRevoked: false,
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
  expect(() => parsed.parse(call.callId, "{")).toThrow(SyntaxError);
});

test("calls that are over and the ones above the limit are forgotten", () => {
  const parsed = new ParsedCalls();
  const over = parseCall(JSON.stringify({ ...ringing(), state: "ended", endedAt: 3_000 }));
  parsed.remember(over, JSON.stringify(over));
  expect(parsed.parse(over.callId, JSON.stringify(over))).not.toBe(over);
  const first = ringing();
  parsed.remember(first, JSON.stringify(first));
  for (let count = 0; count < serverLimits.parsedCallsMax; count++) {
    const next = ringing();
    parsed.remember(next, JSON.stringify(next));
  }
  expect(parsed.parse(first.callId, JSON.stringify(first))).not.toBe(first);
});
