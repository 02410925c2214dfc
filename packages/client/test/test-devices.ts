interface Plugged {
  kind: MediaDeviceKind;
  deviceId: string;
  label: string;
}

/** A track of a device that the test can unplug. */
export class TestTrack extends EventTarget {
  readonly kind: string;
  readonly label: string;
  readonly constraints: MediaTrackConstraints;
  readonly #settings: MediaTrackSettings;
  enabled = true;
  isStopped = false;
  contentHint = "";

  constructor(kind: string, device: Plugged, constraints: MediaTrackConstraints) {
    super();
    this.kind = kind;
    this.label = device.label;
    this.constraints = constraints;
    this.#settings = { deviceId: device.deviceId };
    const facingMode = facings.get(device.label);
    if (facingMode !== undefined) this.#settings.facingMode = facingMode;
  }

  getSettings(): MediaTrackSettings {
    return this.#settings;
  }

  stop(): void {
    this.isStopped = true;
  }
}

/** Cameras of these names face somewhere, as those of a phone do. */
const facings = new Map([
  ["Front", "user"],
  ["Back", "environment"],
]);

/** A machine whose devices come, go and refuse when the test says so. */
export class TestMachine extends EventTarget {
  readonly tracks: TestTrack[] = [];
  readonly asked: MediaStreamConstraints[] = [];
  plugged: Plugged[] = [];
  /** What the browser says instead of opening a kind. */
  readonly refusals = new Map<"audio" | "video" | "screen", DOMException>();

  constructor(...labels: (readonly [MediaDeviceKind, string])[]) {
    super();
    this.plugged = labels.map(([kind, label]) => ({ kind, deviceId: idOf(label), label }));
  }

  /** As `navigator.mediaDevices`. */
  get devices(): MediaDevices {
    return this as unknown as MediaDevices;
  }

  enumerateDevices = async () => this.plugged;

  getUserMedia = async (constraints: MediaStreamConstraints) => {
    this.asked.push(constraints);
    const opened = (["audio", "video"] as const)
      .filter((kind) => constraints[kind] !== undefined)
      .map((kind) => this.#open(kind, constraints[kind] as MediaTrackConstraints));
    return { getTracks: () => opened };
  };

  getDisplayMedia = async () => {
    const refusal = this.refusals.get("screen");
    if (refusal !== undefined) throw refusal;
    const screen = { kind: "videoinput", deviceId: "screen", label: "Screen" } as const;
    const track = new TestTrack("video", screen, {});
    this.tracks.push(track);
    return { getVideoTracks: () => [track] };
  };

  plug(kind: MediaDeviceKind, label: string, deviceId = idOf(label)): void {
    this.plugged = [...this.plugged, { kind, deviceId, label }];
    this.dispatchEvent(new Event("devicechange"));
  }

  unplug(label: string): void {
    this.plugged = this.plugged.filter((device) => device.label !== label);
    for (const track of this.open.filter((one) => one.label === label)) {
      track.isStopped = true;
      track.dispatchEvent(new Event("ended"));
    }
    this.dispatchEvent(new Event("devicechange"));
  }

  /** Tracks that nobody has stopped. */
  get open(): TestTrack[] {
    return this.tracks.filter((track) => !track.isStopped);
  }

  #open(kind: "audio" | "video", wanted: MediaTrackConstraints): TestTrack {
    const refusal = this.refusals.get(kind);
    if (refusal !== undefined) throw refusal;
    const ofKind = this.plugged.filter((device) => device.kind === `${kind}input`);
    const { deviceId, facingMode } = wanted;
    const exactId = wordOf(deviceId, "exact");
    const exactFacing = wordOf(facingMode, "exact");
    const fitting = ofKind.filter(
      (device) =>
        (exactId === null || device.deviceId === exactId) &&
        (exactFacing === null || facings.get(device.label) === exactFacing),
    );
    const device =
      fitting.find((one) => one.deviceId === wordOf(deviceId, "ideal")) ??
      fitting.find((one) => facings.get(one.label) === facingMode) ??
      fitting[0];
    if (device === undefined) {
      const name = ofKind.length === 0 ? "NotFoundError" : "OverconstrainedError";
      throw new DOMException("none", name);
    }
    const track = new TestTrack(kind, device, wanted);
    this.tracks.push(track);
    return track;
  }
}

function wordOf(constraint: unknown, strength: "exact" | "ideal"): string | null {
  if (typeof constraint !== "object" || constraint === null) return null;
  const word: unknown = Object.getOwnPropertyDescriptor(constraint, strength)?.value;
  return typeof word === "string" ? word : null;
}

export function idOf(label: string): string {
  return `id of ${label}`;
}
