import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { idOf, TestMachine } from "../../test/test-devices.ts";
import { BrowserMedia } from "./browser-media.ts";
import { DeviceMemory } from "./device-memory.ts";
import type { LocalMediaState } from "./local-media.ts";

beforeEach(() => {
  // It forbids nothing.
  vi.stubGlobal("document", {});
  vi.stubGlobal(
    "MediaStream",
    class {
      readonly tracks: unknown[];
      constructor(tracks: unknown[]) {
        this.tracks = tracks;
      }
    },
  );
});
afterEach(() => void vi.unstubAllGlobals());

const headset = ["audioinput", "Headset"] as const;
const builtIn = ["audioinput", "Built-in"] as const;
const webcam = ["videoinput", "Webcam"] as const;

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

function nothing(): void {}

/** One call's devices on a machine. */
function open(
  machine: TestMachine,
  { camera = false, browser = storage(), hasSpeakers = true } = {},
) {
  const sent = new Map<string, unknown>();
  const speakers: string[] = [];
  let tell: () => void = nothing;
  const level = { isOpen: false, say: (_level: number) => {} };
  const media = new BrowserMedia(
    {
      devices: machine.devices,
      memory: new DeviceMemory(browser),
      hasSpeakers,
      openLevelMeter: (_track, onLevel) => {
        Object.assign(level, { isOpen: true, say: onLevel });
        return () => void (level.isOpen = false);
      },
    },
    {
      onChange: () => tell(),
      onTrack: (sends, track) => void sent.set(sends, track),
      onSpeaker: (id) => void speakers.push(id),
      onQuestion: () => {},
    },
  );
  const state = (fits: (now: LocalMediaState) => boolean) =>
    new Promise<void>((resolve) => {
      tell = () => fits(media.state) && resolve();
      tell();
    });
  media.open({ camera });
  return { media, sent, speakers, state, level };
}

const isIn = (label: string) => (now: LocalMediaState) => now.microphones.chosen === idOf(label);

describe("a device that goes away in a call", () => {
  test("is replaced by another one, and that is said", async () => {
    const machine = new TestMachine(headset, builtIn);
    const { media, sent, state } = open(machine);
    await state(isIn("Headset"));
    machine.unplug("Headset");
    await state((now) => now.deviceChanges.microphone?.type === "gone" && isIn("Built-in")(now));
    expect(media.state.microphone).toBe("on");
    expect(media.state.deviceChanges).toEqual({
      microphone: { type: "gone", label: "Headset", now: "Built-in" },
    });
    expect(sent.get("microphone")).toBe(machine.open[0]);
  });

  test("stays muted in the one that takes over", async () => {
    const machine = new TestMachine(headset, builtIn);
    const { media, state } = open(machine);
    await state(isIn("Headset"));
    media.setMuted(true);
    machine.unplug("Headset");
    await state(isIn("Built-in"));
    expect(machine.open.map(({ enabled }) => enabled)).toEqual([false]);
  });

  test("is asked for again without a word of whoever is muted", async () => {
    const machine = new TestMachine(builtIn);
    machine.refusals.set("audio", new DOMException("in use", "NotReadableError"));
    const { media, state } = open(machine);
    await state((now) => now.microphone === "in-use");
    media.setMuted(true);
    machine.refusals.delete("audio");
    media.openMicrophone();
    await state((now) => now.microphone === "on");
    expect(media.state.isMuted).toBe(true);
    expect(machine.open.map(({ enabled }) => enabled)).toEqual([false]);
  });

  test("is offered when it comes back, and used when the person says so", async () => {
    const machine = new TestMachine(headset, builtIn);
    const { media, state } = open(machine);
    await state(isIn("Headset"));
    machine.unplug("Headset");
    await state(isIn("Built-in"));
    machine.plug(...headset);
    await state((now) => now.deviceChanges.microphone?.type === "back");
    expect(media.state.microphones.chosen).toBe(idOf("Built-in"));
    media.choose("microphone", idOf("Headset"));
    await state((now) => isIn("Headset")(now) && now.deviceChanges.microphone === undefined);
    expect(machine.open).toHaveLength(1);
  });

  test("is taken again by itself where nothing could take over", async () => {
    const machine = new TestMachine(headset);
    const { media, state } = open(machine);
    await state(isIn("Headset"));
    machine.unplug("Headset");
    await state(
      (now) => now.microphone === "missing" && now.deviceChanges.microphone !== undefined,
    );
    expect(media.state.deviceChanges.microphone).toMatchObject({ type: "gone", now: null });
    machine.plug(...headset);
    await state((now) => now.microphone === "on" && isIn("Headset")(now));
    expect(media.state.deviceChanges).toEqual({});
  });

  test("is not said to be gone where it was the person's leave that went", async () => {
    const machine = new TestMachine(headset, builtIn);
    const { media, state } = open(machine);
    await state(isIn("Headset"));
    machine.refusals.set("audio", new DOMException("no", "NotAllowedError"));
    machine.open[0]?.dispatchEvent(new Event("ended"));
    await state((now) => now.microphone === "blocked" && now.microphones.chosen === null);
    expect(media.state.deviceChanges).toEqual({});
  });

  test("may be missed in the list alone", async () => {
    const machine = new TestMachine(headset, builtIn);
    const { state } = open(machine);
    await state(isIn("Headset"));
    machine.plugged = machine.plugged.filter(({ label }) => label !== "Headset");
    machine.dispatchEvent(new Event("devicechange"));
    await state(isIn("Built-in"));
    expect(machine.open).toHaveLength(1);
  });
});

describe("a choice", () => {
  test("is remembered in this browser", async () => {
    const machine = new TestMachine(builtIn, headset, webcam, ["videoinput", "Other"]);
    const browser = storage();
    const first = open(machine, { browser, camera: true });
    await first.state((now) => isIn("Built-in")(now) && now.camera === "on");
    first.media.choose("microphone", idOf("Headset"));
    first.media.choose("camera", idOf("Other"));
    await first.state((now) => isIn("Headset")(now) && now.cameras.chosen === idOf("Other"));
    first.media.close();
    expect(machine.open).toEqual([]);
    const second = open(machine, { browser, camera: true });
    await second.state((now) => isIn("Headset")(now) && now.cameras.chosen === idOf("Other"));
  });

  test("of a device that is not there now falls back, without a word", async () => {
    const machine = new TestMachine(builtIn, headset);
    const browser = storage();
    const first = open(machine, { browser });
    await first.state(isIn("Built-in"));
    first.media.choose("microphone", idOf("Headset"));
    await first.state(isIn("Headset"));
    first.media.close();
    machine.unplug("Headset");
    const second = open(machine, { browser });
    await second.state(isIn("Built-in"));
    expect(second.media.state.deviceChanges).toEqual({});
    machine.plug(...headset);
    await second.state((now) => now.deviceChanges.microphone?.type === "back");
  });

  test("of a camera that cannot be opened keeps the one before", async () => {
    const machine = new TestMachine(builtIn, webcam, ["videoinput", "Other"]);
    const { media, state, sent } = open(machine, { camera: true });
    await state((now) => now.cameras.chosen === idOf("Webcam"));
    machine.plugged = machine.plugged.filter(({ label }) => label !== "Other");
    media.choose("camera", idOf("Other"));
    await state((now) => now.cameras.choices.length === 1 && now.camera === "on");
    expect(media.state.cameras.chosen).toBe(idOf("Webcam"));
    expect(sent.get("camera")).toBe(machine.open.find(({ kind }) => kind === "video"));
  });

  test("of how the microphone sounds is remembered and opens it anew", async () => {
    const machine = new TestMachine(builtIn, headset);
    const browser = storage();
    const { media, state } = open(machine, { browser });
    await state(isIn("Built-in"));
    media.choose("microphone", idOf("Headset"));
    media.setSound({ noiseSuppression: false });
    await state((now) => isIn("Headset")(now) && machine.asked.length === 3);
    expect(machine.open.map(({ constraints }) => constraints)).toMatchObject([
      { noiseSuppression: false, echoCancellation: true, deviceId: { exact: idOf("Headset") } },
    ]);
    expect(new DeviceMemory(browser).recall().sound.noiseSuppression).toBe(false);
  });
});

describe("switching cameras", () => {
  test("goes between front and back on a phone, and not through every lens", async () => {
    const machine = new TestMachine(
      builtIn,
      ["videoinput", "Front"],
      ["videoinput", "Back"],
      ["videoinput", "Wide"],
    );
    const { media, state } = open(machine, { camera: true });
    await state((now) => now.cameras.chosen === idOf("Front"));
    media.switchCamera();
    await state((now) => now.cameras.chosen === idOf("Back"));
    media.switchCamera();
    await state((now) => now.cameras.chosen === idOf("Front"));
    expect(machine.open.filter(({ kind }) => kind === "video")).toHaveLength(1);
  });

  test("goes to the next one elsewhere", async () => {
    const machine = new TestMachine(builtIn, webcam, ["videoinput", "Other"]);
    const { media, state } = open(machine, { camera: true });
    await state((now) => now.cameras.chosen === idOf("Webcam"));
    media.switchCamera();
    await state((now) => now.cameras.chosen === idOf("Other"));
    expect(machine.open.filter(({ kind }) => kind === "video")).toHaveLength(1);
  });
});

describe("where the other side is heard", () => {
  const speaker = ["audiooutput", "Speaker"] as const;
  const phones = ["audiooutput", "Headphones"] as const;

  test("is chosen, remembered, and left to the system when it goes away", async () => {
    const machine = new TestMachine(builtIn, speaker, phones);
    const browser = storage();
    const first = open(machine, { browser });
    await first.state((now) => now.speakers !== null);
    expect(first.media.state.speakers?.chosen).toBeNull();
    first.media.choose("speaker", idOf("Headphones"));
    await first.state((now) => now.speakers?.chosen === idOf("Headphones"));
    first.media.close();
    const second = open(machine, { browser });
    await second.state((now) => now.speakers?.chosen === idOf("Headphones"));
    expect(second.speakers).toEqual([idOf("Headphones")]);
    machine.unplug("Headphones");
    await second.state((now) => now.deviceChanges.speaker?.type === "gone");
    expect(second.speakers).toEqual([idOf("Headphones"), ""]);
    machine.plug(...phones);
    await second.state((now) => now.deviceChanges.speaker?.type === "back");
  });

  test("is hidden where the platform has no choice", async () => {
    const machine = new TestMachine(builtIn, speaker, phones);
    const { media, state } = open(machine, { hasSpeakers: false });
    await state(isIn("Built-in"));
    expect(media.state.speakers).toBeNull();
  });
});

describe("a screen", () => {
  test("is shared until the person, or the browser's own bar, stops it", async () => {
    const machine = new TestMachine(builtIn);
    const { media, sent, state } = open(machine);
    await state(isIn("Built-in"));
    media.shareScreen();
    await state((now) => now.screen === "on");
    const screen = machine.open.find(({ label }) => label === "Screen");
    expect(sent.get("screen")).toBe(screen);
    expect(screen?.contentHint).toBe("detail");
    screen?.dispatchEvent(new Event("ended"));
    expect(media.state).toMatchObject({ screen: "off", screenPicture: null });
    expect(sent.get("screen")).toBeNull();
    media.shareScreen();
    await state((now) => now.screen === "on");
    media.stopSharing();
    expect(media.state.screen).toBe("off");
    expect(machine.open.map(({ label }) => label)).toEqual(["Built-in"]);
  });

  test.each([
    ["is nothing where the person chose none", "Permission denied", "off"],
    ["fails where the system does not allow it", "Permission denied by system", "failed"],
  ])("%s", async (_, message, screen) => {
    const machine = new TestMachine(builtIn);
    const { media, state } = open(machine);
    await state(isIn("Built-in"));
    machine.refusals.set("screen", new DOMException(message, "NotAllowedError"));
    const before = media.state;
    media.shareScreen();
    await state((now) => now !== before);
    expect(media.state.screen).toBe(screen);
  });

  test("ends with the call", async () => {
    const machine = new TestMachine(builtIn);
    const { media, state } = open(machine);
    await state(isIn("Built-in"));
    media.shareScreen();
    await state((now) => now.screen === "on");
    media.close();
    expect(machine.open).toEqual([]);
  });

  test("cannot be shared on a phone", async () => {
    const machine = new TestMachine(builtIn);
    Reflect.deleteProperty(machine, "getDisplayMedia");
    expect(open(machine).media.state.screen).toBe("unavailable");
  });
});

describe("one's own microphone", () => {
  test("is listened to only while somebody looks, or while it is muted", async () => {
    const { media, level, state } = open(new TestMachine(builtIn));
    await state(isIn("Built-in"));
    expect(level.isOpen).toBe(false);
    const levels: number[] = [];
    const end = media.watchLevel((one) => levels.push(one));
    level.say(0.5);
    end();
    expect({ levels, isOpen: level.isOpen }).toEqual({ levels: [0.5], isOpen: false });
    media.setMuted(true);
    expect(level.isOpen).toBe(true);
    media.setMuted(false);
    expect(level.isOpen).toBe(false);
  });

  test("that is muted tells when its person speaks all the same", async () => {
    const { media, level, state } = open(new TestMachine(builtIn));
    await state(isIn("Built-in"));
    media.setMuted(true);
    for (let times = 0; times < 5; times++) level.say(0.8);
    expect(media.state.isSpeakingMuted).toBe(true);
    media.setMuted(false);
    expect(media.state.isSpeakingMuted).toBe(false);
    for (let times = 0; times < 5; times++) level.say(0.8);
    expect(media.state.isSpeakingMuted).toBe(false);
  });
});
