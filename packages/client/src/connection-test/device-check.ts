import { clientLimits } from "../limits.ts";
import {
  type DeviceFault,
  deviceFault,
  type InputKind,
  InsecurePage,
} from "../media/device-fault.ts";
import type { OpenLevelMeter } from "../media/level-meter.ts";
import { type Observable, Source } from "../observable.ts";

/** A microphone or a camera that a person tries outside of a call. Nothing of it leaves the page. */
export interface DeviceCheck {
  readonly snapshot: Observable<DeviceCheckSnapshot>;
  /** Asks for the device; in a gesture of the person. */
  start(): void;
  /** Releases it. */
  stop(): void;
}

export type DeviceCheckSnapshot =
  | { state: "idle" | "asking" }
  | { state: "fault"; fault: DeviceFault }
  | {
      state: "open";
      /** What the system calls it. */
      label: string;
      /** What a camera sees; null for a microphone. */
      picture: MediaStream | null;
      /** How loud it is now, 0 to 1; 0 for a camera. */
      level: number;
      /** Whether something as loud as a voice was heard since it was opened. */
      wasHeard: boolean;
    };

export interface DeviceCheckParts {
  /** Undefined where the page came over plain HTTP. */
  devices: Pick<MediaDevices, "getUserMedia"> | undefined;
  openLevelMeter: OpenLevelMeter;
}

export class DeviceCheckStore implements DeviceCheck {
  readonly #kind: InputKind;
  readonly #parts: DeviceCheckParts;
  readonly #snapshot = new Source<DeviceCheckSnapshot>({ state: "idle" });
  #run: AbortController | null = null;

  constructor(kind: InputKind, parts: DeviceCheckParts) {
    this.#kind = kind;
    this.#parts = parts;
  }

  get snapshot(): Observable<DeviceCheckSnapshot> {
    return this.#snapshot;
  }

  start(): void {
    if (this.#run !== null) return;
    const run = new AbortController();
    this.#run = run;
    this.#snapshot.set({ state: "asking" });
    void this.#open(run.signal);
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#snapshot.set({ state: "idle" });
  }

  async #open(signal: AbortSignal): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await this.#ask();
    } catch (error) {
      if (signal.aborted) return;
      this.#run = null;
      this.#snapshot.set({ state: "fault", fault: deviceFault(error, this.#kind) });
      return;
    }
    const release = () => {
      for (const track of stream.getTracks()) track.stop();
    };
    // It may have been stopped while the browser asked its person.
    if (signal.aborted) release();
    else signal.addEventListener("abort", release);
    if (!signal.aborted) this.#show(stream, signal);
  }

  #ask(): Promise<MediaStream> {
    const { devices } = this.#parts;
    if (devices === undefined) throw new InsecurePage();
    return devices.getUserMedia(this.#kind === "microphone" ? { audio: true } : { video: true });
  }

  #show(stream: MediaStream, signal: AbortSignal): void {
    const [track] = stream.getTracks();
    // Unplugged, or taken back in the browser's own settings.
    track?.addEventListener("ended", () => this.stop(), { signal });
    const isCamera = this.#kind === "camera";
    const open = { state: "open", label: track?.label ?? "", level: 0, wasHeard: false } as const;
    this.#snapshot.set({ ...open, picture: isCamera ? stream : null });
    if (isCamera) return;
    if (track === undefined) return;
    const stopMeter = this.#parts.openLevelMeter(track, (level) => this.#measure(level));
    signal.addEventListener("abort", stopMeter);
  }

  #measure(level: number): void {
    const before = this.#snapshot.get();
    if (before.state !== "open") return;
    const wasHeard = before.wasHeard || level >= clientLimits.speechLevel;
    this.#snapshot.set({ ...before, level, wasHeard });
  }
}
