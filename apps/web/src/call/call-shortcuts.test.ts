import { describe, expect, test } from "vitest";
import { actionOf, isOffered, shortcuts } from "./call-shortcuts.ts";

const press = {
  key: "m",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isInField: false,
};

describe("a key in a call", () => {
  test("does what the list says, in small letters and in capitals", () => {
    for (const { key, action } of shortcuts) {
      expect(actionOf({ ...press, key })).toBe(action);
      expect(actionOf({ ...press, key: key.toUpperCase() })).toBe(action);
    }
  });

  test.each([
    ["is the browser's with Ctrl", { ctrlKey: true }],
    ["is the system's with Meta", { metaKey: true }],
    ["is a menu's with Alt", { altKey: true }],
    ["does it once while it is held", { repeat: true }],
    ["is a letter in a field", { isInField: true }],
    ["means nothing where it stands for nothing", { key: "x" }],
    ["never hangs up", { key: "Escape" }],
  ])("%s", (_, change) => {
    expect(actionOf({ ...press, ...change })).toBeNull();
  });
});

describe("a key does nothing where its button is missing", () => {
  const trust = { level: "not-compared", emoji: null, question: null } as const;
  const call = { phase: "connected", screen: "off", trust } as const;

  test("picture in picture, in a browser without it", () => {
    expect(isOffered("picture-in-picture", call, true)).toBe(true);
    expect(isOffered("picture-in-picture", call, false)).toBe(false);
  });

  test("a screen, on a phone", () => {
    expect(isOffered("screen", call, true)).toBe(true);
    expect(isOffered("screen", { ...call, screen: "unavailable" }, true)).toBe(false);
  });

  test("emoji, before there are any", () => {
    expect(isOffered("compare", call, true)).toBe(false);
    expect(isOffered("compare", { ...call, trust: { ...trust, emoji: [] } }, true)).toBe(true);
  });

  test("anything of a device, while the other side's is in question", () => {
    const question = { type: "call-anyway", change: "not-linked" } as const;
    const asked = { ...call, trust: { ...trust, question } };
    expect(isOffered("mute", asked, true)).toBe(false);
    expect(isOffered("camera", asked, true)).toBe(false);
    expect(isOffered("screen", asked, true)).toBe(false);
  });

  test("anything of a device, before an answer", () => {
    expect(isOffered("mute", { ...call, phase: "ringing" }, true)).toBe(false);
  });
});
