import type { DeviceChoice } from "../calls/calls-snapshot.ts";
import { clientLimits } from "../limits.ts";
import { deviceFault, InsecurePage, isRefusal } from "./device-fault.ts";
import {
  type LocalMedia,
  type LocalMediaEvents,
  type LocalMediaState,
  nothingOpen,
} from "./local-media.ts";

type Kind = "audio" | "video";

const sentAs = { audio: "microphone", video: "camera" } as const;

/** The browser's devices. `devices` is undefined where the page came over plain HTTP. */
export class BrowserMedia implements LocalMedia {
  readonly #devices: MediaDevices | undefined;
  readonly #events: LocalMediaEvents;
  readonly #scope = new AbortController();
  readonly #tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  #state: LocalMediaState = nothingOpen;
  /** One thing after another: two taps in a row never open a device twice. */
  #turn: Promise<void> = Promise.resolve();

  constructor(devices: MediaDevices | undefined, events: LocalMediaEvents) {
    this.#devices = devices;
    this.#events = events;
    const { signal } = this.#scope;
    devices?.addEventListener("devicechange", () => void this.#list(), { signal });
  }

  get state(): LocalMediaState {
    return this.#state;
  }

  open({ camera }: { camera: boolean }): void {
    this.#set({ microphone: "pending", camera: camera ? "pending" : "off" });
    this.#next(async () => {
      if (!camera) return this.#openOne("audio");
      try {
        // One question for both.
        this.#keep(await this.#get({ audio: wish("audio"), video: wish("video") }));
      } catch {
        // One of the two may be at fault and the other is still to be had.
        await this.#openOne("audio");
        const { microphone } = this.#state;
        if (isRefusal(microphone)) this.#set({ camera: microphone });
        else await this.#openOne("video");
      }
    });
  }

  setMuted(isMuted: boolean): void {
    if (this.#tracks.audio !== null) this.#tracks.audio.enabled = !isMuted;
    this.#set({ isMuted });
    if (isMuted) return;
    // Unmuting is also how a person asks again for a microphone that was not to be had.
    this.#next(async () => {
      if (this.#tracks.audio === null) await this.#openOne("audio");
    });
  }

  setCamera(isOn: boolean): void {
    this.#next(async () => {
      if (isOn === (this.#tracks.video !== null)) return;
      if (isOn) {
        this.#set({ camera: "pending" });
        await this.#openOne("video");
      } else {
        this.#release("video");
        this.#set({ camera: "off" });
      }
    });
  }

  switchCamera(): void {
    const { choices, chosen } = this.#state.cameras;
    const index = choices.findIndex((camera) => camera.id === chosen);
    const next = choices[(index + 1) % choices.length];
    if (next !== undefined && next.id !== chosen) this.chooseCamera(next.id);
  }

  chooseMicrophone(id: string): void {
    this.#next(() => this.#openOne("audio", id));
  }

  chooseCamera(id: string): void {
    this.#next(() => this.#openOne("video", id));
  }

  close(): void {
    this.#scope.abort();
    this.#release("audio");
    this.#release("video");
  }

  #next(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#scope.signal.aborted) return;
      await act();
      await this.#list();
    });
  }

  /** Opens a device in the place of the one before, which is kept where this fails. */
  async #openOne(kind: Kind, id?: string): Promise<void> {
    // Phones have one camera pipeline: the second camera opens only after the first is released.
    if (kind === "video") this.#release("video");
    try {
      this.#keep(await this.#get({ [kind]: wish(kind, id) }));
    } catch (error) {
      if (this.#tracks[kind] !== null) return;
      if (kind === "audio") this.#set({ microphone: deviceFault(error, "microphone") });
      else this.#set({ camera: deviceFault(error, "camera") });
    }
  }

  async #get(constraints: MediaStreamConstraints): Promise<MediaStreamTrack[]> {
    if (this.#devices === undefined) throw new InsecurePage();
    // Whether a browser will ask cannot be known everywhere beforehand; that it takes long can.
    const question = setTimeout(() => this.#events.onQuestion(), clientLimits.microphoneQuestionMs);
    try {
      return (await this.#devices.getUserMedia(constraints)).getTracks();
    } finally {
      clearTimeout(question);
    }
  }

  #keep(tracks: MediaStreamTrack[]): void {
    for (const track of tracks) {
      // The call may have ended while the browser asked.
      if (this.#scope.signal.aborted) track.stop();
      else this.#keepOne(track);
    }
  }

  #keepOne(track: MediaStreamTrack): void {
    const kind = track.kind === "audio" ? "audio" : "video";
    this.#release(kind);
    this.#tracks[kind] = track;
    // Unplugged: another one takes over, where there is one.
    const { signal } = this.#scope;
    track.addEventListener("ended", () => this.#next(() => this.#replaceEnded(track)), { signal });
    if (kind === "audio") {
      track.enabled = !this.#state.isMuted;
      this.#set({ microphone: "on" });
    } else {
      this.#set({ camera: "on", picture: new MediaStream([track]) });
    }
    this.#events.onTrack(sentAs[kind], track);
  }

  async #replaceEnded(track: MediaStreamTrack): Promise<void> {
    const kind = track.kind === "audio" ? "audio" : "video";
    if (this.#tracks[kind] !== track) return;
    this.#release(kind);
    await this.#openOne(kind);
  }

  #release(kind: Kind): void {
    const track = this.#tracks[kind];
    if (track === null) return;
    track.stop();
    this.#tracks[kind] = null;
    if (kind === "video") this.#set({ picture: null });
    if (!this.#scope.signal.aborted) this.#events.onTrack(sentAs[kind], null);
  }

  async #list(): Promise<void> {
    const found = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    if (this.#scope.signal.aborted) return;
    const chosen = (kind: Kind) => this.#tracks[kind]?.getSettings().deviceId ?? null;
    this.#set({
      microphones: { choices: choicesOf(found, "audioinput"), chosen: chosen("audio") },
      cameras: { choices: choicesOf(found, "videoinput"), chosen: chosen("video") },
      speakers: choicesOf(found, "audiooutput"),
    });
  }

  #set(change: Partial<LocalMediaState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#scope.signal.aborted) this.#events.onChange();
  }
}

function wish(kind: Kind, id?: string): MediaTrackConstraints {
  const device = id === undefined ? {} : { deviceId: { exact: id } };
  if (kind === "audio") {
    return { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...device };
  }
  const front = id === undefined ? { facingMode: "user" } : {};
  return { width: { ideal: 1280 }, height: { ideal: 720 }, ...front, ...device };
}

/** Before the person has allowed anything browsers list devices without id and name. */
function choicesOf(devices: MediaDeviceInfo[], kind: MediaDeviceKind): DeviceChoice[] {
  return devices
    .filter((device) => device.kind === kind && device.deviceId !== "" && device.label !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}
