import type { PushSnapshot } from "@ringfence/client";
import type { Device } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { closedWords, reachOf } from "./reach-words.ts";

test.each([
  [true, true, "Rings"],
  [true, false, "Rings"],
  [false, true, "Notifies"],
  [false, false, "Cannot be reached"],
])(
  "a device with a page open (%s) that takes notifications (%s): %s",
  (isOpen, isNotified, word) => {
    expect(reachOf({ isOpen, isNotified } as Device).word).toBe(word);
  },
);

test.each<[PushSnapshot, string]>([
  [{ state: "on" }, "it shows a notification"],
  [{ state: "off" }, "your browser asks"],
  [{ state: "denied" }, "Allow notifications"],
  [{ state: "failed", why: "no-service" }, "its own push service"],
  [{ state: "failed", why: "service-refused" }, "Tell whoever runs it"],
  [{ state: "failed", why: "unreachable" }, "Try again"],
  [{ state: "impossible", lack: "insecure" }, "https"],
  [{ state: "impossible", lack: "home-screen" }, "Add to Home Screen"],
  [{ state: "impossible", lack: "browser" }, "private window"],
])("%o is said with what to do", (push, words) => {
  expect(closedWords(push, true)).toContain(words);
  expect(closedWords(push, true)).toContain("With the page closed");
});

test("nothing is said before it is known", () => {
  expect(closedWords({ state: "unknown" }, true)).toBeNull();
});

test("Accept and Decline are promised only where notifications have buttons", () => {
  expect(closedWords({ state: "on" }, true)).toContain("Accept and Decline");
  expect(closedWords({ state: "on" }, false)).not.toContain("Accept");
});
