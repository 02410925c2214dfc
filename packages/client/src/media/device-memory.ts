import type { DeviceChoice, SoundProcessing } from "../calls/calls-snapshot.ts";

/** What a person chose for calls in this browser. */
export interface ChosenDevices {
  microphone: DeviceChoice | null;
  camera: DeviceChoice | null;
  speaker: DeviceChoice | null;
  sound: SoundProcessing;
}

const storageKey = "ringfence.devices";

const nothingChosen: ChosenDevices = {
  microphone: null,
  camera: null,
  speaker: null,
  sound: { noiseSuppression: true, echoCancellation: true, autoGainControl: true },
};

/** Keeps the person's choice of devices from call to call, for this browser alone. */
export class DeviceMemory {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  /** A browser that keeps nothing: the choice lasts as long as this page. */
  #latest = nothingChosen;

  constructor(storage: Pick<Storage, "getItem" | "setItem">) {
    this.#storage = storage;
  }

  /** Another tab may have chosen since. */
  recall(): ChosenDevices {
    try {
      const text = this.#storage.getItem(storageKey);
      if (text !== null) this.#latest = readChosen(JSON.parse(text));
    } catch {
      // Not to be read, or not what was written here.
    }
    return this.#latest;
  }

  keep(change: Partial<ChosenDevices>): void {
    this.#latest = { ...this.recall(), ...change };
    try {
      this.#storage.setItem(storageKey, JSON.stringify(this.#latest));
    } catch {
      // Full, or not allowed.
    }
  }
}

function readChosen(written: unknown): ChosenDevices {
  const sound = fieldOf(written, "sound");
  const isOn = (name: keyof SoundProcessing) => fieldOf(sound, name) !== false;
  return {
    microphone: readDevice(fieldOf(written, "microphone")),
    camera: readDevice(fieldOf(written, "camera")),
    speaker: readDevice(fieldOf(written, "speaker")),
    sound: {
      noiseSuppression: isOn("noiseSuppression"),
      echoCancellation: isOn("echoCancellation"),
      autoGainControl: isOn("autoGainControl"),
    },
  };
}

function readDevice(written: unknown): DeviceChoice | null {
  const id = fieldOf(written, "id");
  const label = fieldOf(written, "label");
  return typeof id === "string" && typeof label === "string" ? { id, label } : null;
}

function fieldOf(written: unknown, name: string): unknown {
  if (typeof written !== "object" || written === null) return undefined;
  return Object.getOwnPropertyDescriptor(written, name)?.value;
}
