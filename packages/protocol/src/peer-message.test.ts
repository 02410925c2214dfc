import { describe, expect, test } from "vitest";
import { parsePeerMessage } from "./peer-message.ts";

describe("a message of the other browser", () => {
  test("says how its devices are", () => {
    const message = { type: "devices", microphone: "muted", camera: "on" };
    expect(parsePeerMessage(JSON.stringify(message))).toEqual(message);
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
