import { describe, expect, test } from "vitest";
import { clientLimits } from "../limits.ts";
import { hearLevel, levelOf, silence, type Speech } from "./speech.ts";

const { levelPollMs, speechEndsMs } = clientLimits;
const loud = "#";

/** Each sign is one level: `#` speech, `.` quiet. */
function hear(levels: string, before: Speech = silence): Speech {
  return levels
    .split("")
    .reduce((speech, sign) => hearLevel(speech, sign === loud ? 0.7 : 0.1, levelPollMs), before);
}

describe("speech", () => {
  test.each([
    ["begins with a word", "####", true],
    ["may have short pauses", "#.##.##", true],
    ["is not a click", "#", false],
    ["is not a click now and then", "#.....#.....#.....#", false],
    ["is not quiet", "..........", false],
    ["goes on over the pauses between sentences", "####..........#", true],
  ])("%s", (_, levels, isSpeaking) => {
    expect(hear(levels).isSpeaking).toBe(isSpeaking);
  });

  test("ends when it has been quiet for a while", () => {
    const looks = Math.ceil(speechEndsMs / levelPollMs);
    const speaking = hear("####");
    expect(hear(".".repeat(looks - 1), speaking).isSpeaking).toBe(true);
    expect(hear(".".repeat(looks), speaking)).toEqual(silence);
  });
});

test.each([
  ["silence", 0, 0],
  ["a whisper of -60 dB", 0.001, 0],
  ["a voice of -30 dB", 0.0316, 0.5],
  ["all that there is", 1, 1],
])("the level of %s", (_, amplitude, level) => {
  expect(levelOf(new Float32Array(64).fill(amplitude))).toBeCloseTo(level, 2);
});
