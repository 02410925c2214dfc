import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IceParameters, iceParametersOf } from "./ice-parameters.ts";

const pwd = "0123456789012345678901";

describe("ICE parameters", () => {
  it.each(["chromium-156-offer", "chromium-156-answer", "firefox-like-offer"])(
    "of %s are those of its lines",
    (name) => {
      const sdp = readFileSync(new URL(`../fixtures/${name}.sdp`, import.meta.url), "utf8");
      const ice = iceParametersOf(sdp);
      expect(sdp).toContain(`a=ice-ufrag:${ice?.ufrag}`);
      expect(sdp).toContain(`a=ice-pwd:${ice?.pwd}`);
    },
  );

  it("are none where one of the two is missing", () => {
    expect(iceParametersOf("v=0\r\na=ice-ufrag:abcd\r\n")).toBeNull();
    expect(iceParametersOf(`v=0\r\na=ice-pwd:${pwd}\r\n`)).toBeNull();
  });

  it.each([
    ["a user name fragment that is too short", { ufrag: "abc", pwd }],
    ["one that is too long", { ufrag: "a".repeat(33), pwd }],
    ["a password that is too short", { ufrag: "abcd", pwd: pwd.slice(1) }],
    ["one that is too long", { ufrag: "abcd", pwd: "a".repeat(65) }],
    ["a line of its own", { ufrag: "abcd\r\na=candidate", pwd }],
    ["what is no ice-char", { ufrag: "ab-cd", pwd }],
  ])("refuse %s", (_, ice) => {
    expect(IceParameters.safeParse(ice).success).toBe(false);
  });
});
