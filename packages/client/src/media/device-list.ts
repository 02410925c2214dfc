import type { DeviceChange, DeviceChoice, DeviceKind } from "../calls/calls-snapshot.ts";
import type { ChosenDevices } from "./device-memory.ts";
import { type FollowedDevices, followDevices, listDevices } from "./followed-devices.ts";
import type { LocalMediaState } from "./local-media.ts";

const listedAs = {
  microphone: "audioinput",
  camera: "videoinput",
  speaker: "audiooutput",
} as const satisfies Record<DeviceKind, MediaDeviceKind>;

const deviceKinds = ["microphone", "camera", "speaker"] as const;

/** The microphones, cameras and speakers of this machine, as far as this call has to do with them. */
export class DeviceList {
  readonly #followed: Record<DeviceKind, FollowedDevices>;
  /** Whether this platform lets a page choose where it is heard. */
  readonly #hasSpeakers: boolean;

  constructor(chosen: ChosenDevices, hasSpeakers: boolean) {
    this.#followed = {
      microphone: followDevices(chosen.microphone),
      camera: followDevices(chosen.camera),
      speaker: followDevices(chosen.speaker),
    };
    this.#hasSpeakers = hasSpeakers;
  }

  get(kind: DeviceKind): FollowedDevices {
    return this.#followed[kind];
  }

  change(kind: DeviceKind, step: (followed: FollowedDevices) => FollowedDevices): void {
    this.#followed[kind] = step(this.#followed[kind]);
  }

  /** @param found as `enumerateDevices` gives it */
  list(found: readonly MediaDeviceInfo[]): void {
    for (const kind of deviceKinds) {
      const choices = choicesOf(found, kind);
      // Before the person has allowed anything browsers list devices without id and name.
      const hasNames = choices.length > 0 || this.#followed[kind].choices !== null;
      if (hasNames) this.change(kind, (followed) => listDevices(followed, choices));
    }
  }

  draw(): Pick<LocalMediaState, "microphones" | "cameras" | "speakers" | "deviceChanges"> {
    const pickerOf = (kind: DeviceKind) => {
      const { choices, inUse } = this.#followed[kind];
      return { choices: choices ?? [], chosen: inUse?.id ?? null };
    };
    const speakers = pickerOf("speaker");
    const deviceChanges: Partial<Record<DeviceKind, DeviceChange>> = {};
    for (const kind of deviceKinds) {
      const { change } = this.#followed[kind];
      if (change !== null) deviceChanges[kind] = change;
    }
    return {
      microphones: pickerOf("microphone"),
      cameras: pickerOf("camera"),
      speakers: this.#hasSpeakers && speakers.choices.length > 0 ? speakers : null,
      deviceChanges,
    };
  }
}

function choicesOf(found: readonly MediaDeviceInfo[], kind: DeviceKind): DeviceChoice[] {
  return found
    .filter(({ deviceId, label }) => deviceId !== "" && label !== "")
    .filter((device) => device.kind === listedAs[kind])
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}
