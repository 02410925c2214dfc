import type { DeviceChange, DeviceKind } from "@ringfence/client";
import { expect, test } from "vitest";
import { deviceChangeWords } from "./device-words.ts";

test.each<[DeviceKind, DeviceChange, string]>([
  [
    "microphone",
    { type: "gone", label: "Headset", now: "Built-in" },
    "Headset is no longer there. The microphone is now Built-in.",
  ],
  ["camera", { type: "gone", label: "Webcam", now: null }, "Webcam is no longer there."],
  [
    "speaker",
    { type: "gone", label: "Headset", now: null },
    "Headset is no longer there. Your system chooses where you hear the call.",
  ],
  ["speaker", { type: "back", id: "h", label: "Headset" }, "Headset is there again."],
])("a %s that changed is said to have: %o", (kind, change, words) => {
  expect(deviceChangeWords(kind, change)).toBe(words);
});
