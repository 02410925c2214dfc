import type { QuietNow } from "@ringfence/client";
import { expect, test } from "vitest";
import { quietRingWords } from "./quiet-ring-words.ts";

test.each<[string, QuietNow]>([
  ["Quiet hours: no sound", { isQuiet: true, because: "quiet-hours", until: 1 }],
  ["Do not disturb: no sound", { isQuiet: true, because: "do-not-disturb", until: null }],
  ["Rung often within the hour: no sound", { isQuiet: false, from: null }],
])("a quiet ring says why it is quiet: %s", (words, quiet) => {
  expect(quietRingWords(quiet)).toBe(words);
});
