import type { CurrentCall, DeviceFault } from "@ringfence/client";
import { Handle } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import type { BrowserKind } from "./browser-kind.ts";
import { deviceWords, saysServer, troublesOf } from "./trouble-words.ts";

const chromium: BrowserKind = { make: "chromium", system: "other", isInstalled: false };

type Call = Parameters<typeof troublesOf>[0];

const wellCall: Call = {
  phase: "connected",
  with: { handle: Handle.parse("bob"), displayName: "Bob" },
  microphone: "on",
  camera: "off",
  remoteMicrophone: "on",
  relayReach: { udp: "reached", tcp: "trying" },
  isSoundHeld: false,
  connectedAtMs: 0,
};

const troubles = (change: Partial<Call>, connection: Parameters<typeof troublesOf>[1] = "online") =>
  troublesOf({ ...wellCall, ...change }, connection, chromium);

test("a call in which all is well has nothing to say", () => {
  expect(troubles({})).toEqual([]);
});

describe("a device that cannot be had: what happened, what to do, whether to ask again", () => {
  test.each<[DeviceFault, RegExp, RegExp, boolean]>([
    ["blocked", /may not use your microphone/, /Click the icon left of the address/, true],
    ["dismissed", /got no answer/, /choose Allow/, true],
    ["blocked-by-system", /machine does not let your browser/, /settings of this machine/, true],
    ["blocked-by-page", /switched off for this page/, /Permissions-Policy/, false],
    ["insecure-page", /without HTTPS/, /https:\/\//, false],
    ["missing", /No microphone was found/, /Plug one in/, true],
    ["in-use", /Another program holds the microphone/, /Close that program/, true],
  ])("%s", (fault, what, next, canAskAgain) => {
    const [trouble] = troubles({ microphone: fault });
    expect(trouble).toMatchObject({ about: "microphone", tone: "problem" });
    expect(trouble?.what).toMatch(what);
    expect(trouble?.what).toContain("@bob can't hear you");
    expect(trouble?.next).toMatch(next);
    expect(trouble?.again).toBe(canAskAgain ? "microphone" : null);
  });

  test("each cause has words of its own, for both kinds", () => {
    const faults: DeviceFault[] = [
      "blocked",
      "dismissed",
      "blocked-by-system",
      "blocked-by-page",
      "insecure-page",
      "missing",
      "in-use",
    ];
    const said = faults.flatMap((fault) =>
      (["microphone", "camera"] as const).map((kind) => deviceWords(fault, kind, chromium).what),
    );
    expect(new Set(said).size).toBe(said.length);
  });

  test("a camera leaves the sound alone", () => {
    const [trouble] = troubles({ camera: "in-use" });
    expect(trouble?.what).toBe("Another program holds the camera. The call goes on with sound.");
    expect(trouble?.again).toBe("camera");
  });
});

describe("how to allow a device again is said as the browser has it", () => {
  test.each<[Partial<BrowserKind>, RegExp]>([
    [{ make: "chromium" }, /Click the icon left of the address/],
    [{ make: "chromium", system: "android" }, /Tap the icon left of the address, then Permissions/],
    [{ make: "firefox" }, /crossed-out microphone/],
    [{ make: "safari", system: "macos" }, /menu Safari/],
    [{ make: "safari", system: "ios" }, /page menu beside the address/],
    [{ make: "chromium", system: "ios" }, /Settings app, choose this browser/],
    [{ isInstalled: true }, /this app's menu/],
    [{ make: "other" }, /your browser's settings/],
  ])("%o", (browser, words) => {
    expect(deviceWords("blocked", "microphone", { ...chromium, ...browser }).next).toMatch(words);
  });

  test.each<[BrowserKind["system"], RegExp]>([
    ["windows", /Windows Settings/],
    ["macos", /System Settings/],
    ["android", /Android's Settings/],
    ["ios", /Settings app/],
    ["other", /this machine/],
  ])("and the system's no as the system has it: %s", (system, words) => {
    const { next } = deviceWords("blocked-by-system", "camera", { ...chromium, system });
    expect(next).toMatch(words);
  });
});

const unconnected = { phase: "connecting", connectedAtMs: null } as const;

describe("the relay", () => {
  test("is out of reach where every way failed, and only then", () => {
    const [trouble] = troubles({
      ...unconnected,
      relayReach: { udp: "failed", tcp: "failed" },
    });
    expect(trouble).toMatchObject({ about: "relay", tone: "problem" });
    expect(trouble?.what).toContain("over UDP or TCP");
    expect(troubles({ ...unconnected, relayReach: { udp: "failed", tcp: "trying" } })).toEqual([]);
  });

  test("names all the ways that were tried", () => {
    const relayReach = { udp: "failed", tcp: "failed", tls: "failed" } as const;
    expect(troubles({ ...unconnected, relayReach })[0]?.what).toContain("over UDP, TCP or TLS");
    expect(troubles({ ...unconnected, relayReach: { udp: "failed" } })[0]?.what).toContain(
      "over UDP.",
    );
  });

  test.each(["connected", "reconnecting"] as const)(
    "that goes away is no fault of the network that let this call through: %s",
    (phase) => {
      expect(troubles({ phase, relayReach: { udp: "failed", tcp: "failed" } })).toEqual([]);
    },
  );

  test("over UDP is not blocked while it is tried", () => {
    expect(troubles({ relayReach: { udp: "trying", tcp: "reached" } })).toEqual([]);
  });

  test("over TCP alone is a hint, once the call runs", () => {
    const relayReach = { udp: "failed", tcp: "reached" } as const;
    expect(troubles({ phase: "connecting", relayReach })).toEqual([]);
    expect(troubles({ relayReach })[0]).toMatchObject({ about: "relay", tone: "hint" });
  });

  test("that has no way over UDP is nobody's network's fault", () => {
    expect(troubles({ relayReach: { tcp: "reached" } })).toEqual([]);
  });
});

describe("the other side", () => {
  test.each<[CurrentCall["remoteMicrophone"], RegExp]>([
    ["on", /^$/],
    ["muted", /^$/],
    ["none", /microphone does not work, so you can't hear them/],
    ["pending", /still waits for a microphone/],
  ])("whose microphone is %s", (remoteMicrophone, words) => {
    const said = troubles({ remoteMicrophone }).map(({ what }) => what);
    expect(said.join()).toMatch(words);
  });
});

test("sound that the browser holds back is one tap away", () => {
  const [trouble] = troubles({ isSoundHeld: true });
  expect(trouble).toMatchObject({ about: "sound", tone: "problem", what: "Tap to hear @bob." });
});

describe("the server", () => {
  test("that does not answer does not end the call", () => {
    const [trouble] = troubles({}, "offline");
    expect(trouble).toMatchObject({ about: "server", tone: "hint" });
  });

  test.each<[CurrentCall["phase"], RegExp]>([
    ["about-to-ring", /^$/],
    ["inviting", /^$/],
    ["ringing", /you see once it does/],
    ["connecting", /may have to wait/],
    ["connected", /this call goes on without it/],
    ["reconnecting", /may come back only once it does/],
    ["ended", /^$/],
  ])("is what a call that is %s may need", (phase, words) => {
    const said = troubles({ phase }, "offline").map(({ what }) => what);
    expect(said.join()).toMatch(words);
    expect(saysServer({ phase })).toBe(said.length > 0);
  });

  test("that was updated waits for the end of the call", () => {
    expect(troubles({}, "outdated")[0]?.next).toMatch(/^Reload the page when this call is over/);
  });
});

test("nothing is said of devices before anything was asked for", () => {
  expect(troubles({ phase: "about-to-ring", microphone: "pending" })).toEqual([]);
});

test("what hurts most stands first", () => {
  const all = troubles(
    { ...unconnected, microphone: "missing", camera: "in-use", relayReach: { udp: "failed" } },
    "offline",
  );
  expect(all.map(({ about }) => about)).toEqual(["relay", "microphone", "camera", "server"]);
});

test("what is good to know stands behind what does not work", () => {
  const all = troubles({ microphone: "missing", relayReach: { udp: "failed", tcp: "reached" } });
  expect(all.map(({ about }) => about)).toEqual(["microphone", "relay"]);
});
