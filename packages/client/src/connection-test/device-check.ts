import { clientLimits } from "../limits.ts";
import {
  type DeviceFault,
  deviceFault,
  type DeviceKind,
  InsecurePage,
} from "../media/device-fault.ts";
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

/** Reads how loud a microphone is. */
export interface LevelMeter {
  /** 0 to 1, of the last moment. */
  read(): number;
  close(): void;
}

export interface DeviceCheckParts {
  /** Undefined where the page came over plain HTTP. */
  devices: Pick<MediaDevices, "getUserMedia"> | undefined;
  openMeter(stream: MediaStream): LevelMeter;
}

export class DeviceCheckStore implements DeviceCheck {
  readonly #kind: DeviceKind;
  readonly #parts: DeviceCheckParts;
  readonly #snapshot = new Source<DeviceCheckSnapshot>({ state: "idle" });
  #run: AbortController | null = null;

  constructor(kind: DeviceKind, parts: DeviceCheckParts) {
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
    const meter = this.#parts.openMeter(stream);
    const timer = setInterval(() => this.#measure(meter), clientLimits.levelEveryMs);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      meter.close();
    });
  }

  #measure(meter: LevelMeter): void {
    const before = this.#snapshot.get();
    if (before.state !== "open") return;
    const level = meter.read();
    const wasHeard = before.wasHeard || level >= clientLimits.voiceLevelMin;
    this.#snapshot.set({ ...before, level, wasHeard });
  }
}

const samplesAtOnce = 2_048;

/** The browser's own: the loudest sample of the last 40 milliseconds. */
export function browserLevelMeter(stream: MediaStream): LevelMeter {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = samplesAtOnce;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(samplesAtOnce);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      return Math.min(
        1,
        samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0),
      );
    },
    close: () => void context.close(),
  };
}
