import { expect, test } from "vitest";
import { levelOf } from "./level-meter.ts";

test.each([
  ["silence", 0, 0],
  ["a whisper of -60 dB", 0.001, 0],
  ["a voice of -30 dB", 0.0316, 0.5],
  ["all that there is", 1, 1],
])("the level of %s", (_, amplitude, level) => {
  expect(levelOf(new Float32Array(64).fill(amplitude))).toBeCloseTo(level, 2);
});
