import { describe, expect, test } from "vitest";
import { parsePeerMessage } from "./peer-message.ts";

describe("a message of the other browser", () => {
  test("says how its devices are", () => {
    const message = { type: "devices", microphone: "muted", camera: "paused", screen: "on" };
    expect(parsePeerMessage(JSON.stringify(message))).toEqual(message);
  });

  test("of a page that knows no screens shares none", () => {
    const message = { type: "devices", microphone: "on", camera: "on" };
    expect(parsePeerMessage(JSON.stringify(message))).toEqual({ ...message, screen: "off" });
  });

  test.each([
    ["bytes", new ArrayBuffer(8)],
    ["not JSON", "{"],
    ["null", "null"],
    ["of another type", '{"type":"teleport"}'],
    ["of another microphone", '{"type":"devices","microphone":"loud","camera":"on"}'],
    [
      "too long",
      JSON.stringify({ type: "devices", microphone: "on", camera: "on", x: "x".repeat(300) }),
    ],
  ])("that is %s says nothing", (_, text) => {
    expect(parsePeerMessage(text)).toBeNull();
  });
});
