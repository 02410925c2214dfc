import { describe, expect, test } from "vitest";
import { clientLimits } from "../limits.ts";
import { hearLevel, silence, type Speech } from "./speech.ts";

const { levelPollMs, speechEndsMs } = clientLimits;
const loud = "#";

/** Each sign is one level: `#` speech, `.` quiet. */
function hear(levels: string, before: Speech = silence): Speech {
  return [...levels].reduce(
    (speech, sign) => hearLevel(speech, sign === loud ? 0.7 : 0.1, levelPollMs),
    before,
  );
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
