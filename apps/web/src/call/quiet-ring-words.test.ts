import type { QuietNow } from "@ringfence/client";
import type { DoNotDisturb } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { quietRingWords } from "./quiet-ring-words.ts";

const now = 1_000;
const off: DoNotDisturb = { isOn: false, until: null };
const quiet: QuietNow = { isQuiet: true, until: null };

test.each<[string, QuietNow | null, DoNotDisturb]>([
  ["Quiet hours: no sound", quiet, off],
  ["Quiet hours: no sound", quiet, { isOn: true, until: now }],
  ["Do not disturb: no sound", quiet, { isOn: true, until: now + 1 }],
  ["Do not disturb: no sound", quiet, { isOn: true, until: null }],
  // The limit of rings an hour is the only cause that these rules do not show.
  ["Rung often within the hour: no sound", { isQuiet: false, from: null }, off],
])("a quiet ring says why it is quiet: %s", (words, quietNow, doNotDisturb) => {
  expect(quietRingWords(quietNow, { doNotDisturb }, now)).toBe(words);
});
