/**
 * `unavailable`: this browser cannot, as on phones. `failed`: it was asked to and could not, most likely
 * because the system does not let it.
 */
export type ScreenState = "unavailable" | "off" | "on" | "failed";

interface ScreenEvents {
  onChange(): void;
  onTrack(track: MediaStreamTrack | null): void;
}

/** This side's screen, a window or a tab, chosen in a question of the browser's own. Without sound. */
export class ScreenCapture {
  readonly #devices: MediaDevices | undefined;
  readonly #events: ScreenEvents;
  #track: MediaStreamTrack | null = null;
  #state: ScreenState;
  #isClosed = false;

  constructor(devices: MediaDevices | undefined, events: ScreenEvents) {
    this.#devices = devices;
    this.#events = events;
    // Absent on phones, whatever its type says.
    this.#state = devices !== undefined && "getDisplayMedia" in devices ? "off" : "unavailable";
  }

  get state(): ScreenState {
    return this.#state;
  }

  /** During a gesture: a browser asks its person only then. */
  async start(): Promise<void> {
    if (this.#devices === undefined || this.#state === "unavailable" || this.#state === "on")
      return;
    try {
      const stream = await this.#devices.getDisplayMedia({
        video: { frameRate: { ideal: 15, max: 30 } },
        audio: false,
      });
      const [track] = stream.getVideoTracks();
      if (track === undefined) return;
      if (this.#isClosed) track.stop();
      else this.#keep(track);
    } catch (error) {
      this.#set(isChangeOfMind(error) ? "off" : "failed");
    }
  }

  stop(): void {
    if (this.#track === null) return;
    this.#track.stop();
    this.#track = null;
    if (this.#isClosed) return;
    this.#events.onTrack(null);
    this.#set("off");
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  #keep(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    // Letters are to be read: rather fewer pictures than blurred ones.
    track.contentHint = "detail";
    // The browser has a button of its own to stop it, and a window can be closed.
    track.addEventListener("ended", () => {
      if (this.#track === track) this.stop();
    });
    this.#events.onTrack(track);
    this.#set("on");
  }

  #set(state: ScreenState): void {
    if (this.#isClosed) return;
    this.#state = state;
    this.#events.onChange();
  }
}

/** The person closed the browser's question. A system that forbids it has the same name (macOS). */
function isChangeOfMind(error: unknown): boolean {
  const isRefused = error instanceof Error && error.name === "NotAllowedError";
  return isRefused && !error.message.includes("by system");
}
