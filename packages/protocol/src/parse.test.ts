import { describe, expect, test } from "vitest";
import { parseDownFrame } from "./down.ts";
import { parseUpMessage } from "./up.ts";

describe("a frame", () => {
  test("that is known and whole becomes a message without what nobody asked for", () => {
    expect(parseUpMessage('{"type":"heartbeat","extra":1}')).toEqual({
      outcome: "message",
      message: { type: "heartbeat" },
    });
  });

  test("of a type that only a newer peer knows is ignored", () => {
    expect(parseUpMessage('{"type":"teleport","callId":7}').outcome).toBe("unknown");
    const frame = '{"sequence":1,"isDelivery":true,"message":{"type":"teleport"}}';
    expect(parseDownFrame(frame).outcome).toBe("unknown");
  });

  test.each([
    ["not JSON", "{"],
    ["null", "null"],
    ["an array", "[]"],
    ["no type", "{}"],
    ["a type that is no text", '{"type":7}'],
    ["a known type without its fields", '{"type":"accept"}'],
    ["a known type with a wrong id", '{"type":"accept","callId":"x"}'],
  ])("that is %s is malformed", (_, text) => {
    expect(parseUpMessage(text).outcome).toBe("malformed");
  });

  test("whose type is a word of Object.prototype is unknown, not found there", () => {
    expect(parseUpMessage('{"type":"constructor"}').outcome).toBe("unknown");
    expect(parseUpMessage('{"type":"__proto__"}').outcome).toBe("unknown");
  });
});
