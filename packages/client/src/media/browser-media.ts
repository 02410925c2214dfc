import type { DeviceKind, SoundProcessing } from "../calls/calls-snapshot.ts";
import { clientLimits } from "../limits.ts";
import { deviceFault, InsecurePage, isRefusal } from "./device-fault.ts";
import { DeviceList } from "./device-list.ts";
import type { DeviceMemory } from "./device-memory.ts";
import {
  findDevice,
  forgetChange,
  isGone,
  loseDevice,
  releaseDevice,
  useDevice,
  wishDevice,
} from "./followed-devices.ts";
import type { OpenLevelMeter } from "./level-meter.ts";
import {
  type LocalMedia,
  type LocalMediaEvents,
  type LocalMediaState,
  nothingOpen,
} from "./local-media.ts";
import { MicrophoneLevel } from "./microphone-level.ts";
import { ScreenCapture } from "./screen-capture.ts";

/** What `getUserMedia` opens. */
type Captured = "microphone" | "camera";

interface BrowserMediaParts {
  /** undefined where the page came over plain HTTP. */
  devices: MediaDevices | undefined;
  memory: DeviceMemory;
  /** Whether this platform lets a page choose where it is heard. */
  hasSpeakers: boolean;
  openLevelMeter: OpenLevelMeter;
}

/** The browser's devices. */
export class BrowserMedia implements LocalMedia {
  readonly #devices: MediaDevices | undefined;
  readonly #memory: DeviceMemory;
  readonly #events: LocalMediaEvents;
  readonly #scope = new AbortController();
  readonly #tracks: Record<Captured, MediaStreamTrack | null> = { microphone: null, camera: null };
  readonly #list: DeviceList;
  readonly #screen: ScreenCapture;
  readonly #level: MicrophoneLevel;
  #state: LocalMediaState;
  /** One thing after another: two taps in a row never open a device twice. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    { devices, memory, hasSpeakers, openLevelMeter }: BrowserMediaParts,
    events: LocalMediaEvents,
  ) {
    this.#devices = devices;
    this.#memory = memory;
    this.#events = events;
    const chosen = memory.recall();
    this.#list = new DeviceList(chosen, hasSpeakers);
    this.#screen = new ScreenCapture(devices, {
      onChange: () => this.#set({ screen: this.#screen.state }),
      onTrack: (track) => {
        this.#set({ screenPicture: track === null ? null : new MediaStream([track]) });
        events.onTrack("screen", track);
      },
    });
    this.#level = new MicrophoneLevel(openLevelMeter, (isSpeakingMuted) =>
      this.#set({ isSpeakingMuted }),
    );
    this.#state = { ...nothingOpen, sound: chosen.sound, screen: this.#screen.state };
    const { signal } = this.#scope;
    devices?.addEventListener("devicechange", () => this.#next(async () => {}), { signal });
  }

  get state(): LocalMediaState {
    return this.#state;
  }

  open({ camera }: { camera: boolean }): void {
    this.#set({ microphone: "pending", camera: camera ? "pending" : "off" });
    this.#next(async () => {
      if (!camera) return this.#openOne("microphone");
      try {
        // One question for both.
        this.#keep(
          await this.#get({ audio: this.#wish("microphone"), video: this.#wish("camera") }),
        );
      } catch {
        // One of the two may be at fault and the other is still to be had.
        await this.#openOne("microphone");
        const { microphone } = this.#state;
        if (isRefusal(microphone)) this.#set({ camera: microphone });
        else await this.#openOne("camera");
      }
    });
  }

  setMuted(isMuted: boolean): void {
    if (this.#tracks.microphone !== null) this.#tracks.microphone.enabled = !isMuted;
    this.#level.setMuted(isMuted);
    this.#set({ isMuted });
    // Unmuting is also how a person asks again for a microphone that was not to be had.
    if (!isMuted) this.openMicrophone();
  }

  openMicrophone(): void {
    this.#next(async () => {
      if (this.#tracks.microphone === null) await this.#openOne("microphone");
    });
  }

  setCamera(isOn: boolean): void {
    this.#next(async () => {
      if (isOn === (this.#tracks.camera !== null)) return;
      if (isOn) {
        this.#set({ camera: "pending" });
        await this.#openOne("camera");
      } else {
        this.#release("camera");
        this.#set({ camera: "off" });
      }
    });
  }

  switchCamera(): void {
    const { facingMode } = this.#tracks.camera?.getSettings() ?? {};
    if (facingMode === "user" || facingMode === "environment") {
      const other = facingMode === "user" ? "environment" : "user";
      this.#next(() => this.#openOne("camera", { facingMode: { exact: other } }));
      return;
    }
    const { choices, chosen } = this.#state.cameras;
    const index = choices.findIndex((camera) => camera.id === chosen);
    const next = choices[(index + 1) % choices.length];
    if (next === undefined || next.id === chosen) return;
    this.#next(() => this.#openOne("camera", { deviceId: { exact: next.id } }));
  }

  choose(kind: DeviceKind, id: string): void {
    const choice = this.#list.get(kind).choices?.find((device) => device.id === id);
    if (choice === undefined) return;
    this.#memory.keep({ [kind]: choice });
    this.#list.change(kind, (followed) => wishDevice(followed, choice));
    this.#next(async () => {
      if (kind === "speaker") this.#useSpeaker(choice.id);
      else await this.#openOne(kind, { deviceId: { exact: choice.id } });
    });
  }

  setSound(change: Partial<SoundProcessing>): void {
    const sound = { ...this.#state.sound, ...change };
    this.#memory.keep({ sound });
    this.#set({ sound });
    // Browsers take these when they open a microphone, and not all of them later.
    this.#next(async () => {
      const inUse = this.#tracks.microphone?.getSettings().deviceId;
      if (inUse !== undefined) await this.#openOne("microphone", { deviceId: { exact: inUse } });
    });
  }

  forgetChange(kind: DeviceKind): void {
    this.#list.change(kind, forgetChange);
    this.#set(this.#list.draw());
  }

  shareScreen(): void {
    // Not in turn: the browser asks only while the gesture is fresh.
    void this.#screen.start();
  }

  stopSharing(): void {
    this.#screen.stop();
  }

  watchLevel(onLevel: (level: number) => void): () => void {
    return this.#level.watch(onLevel);
  }

  close(): void {
    this.#scope.abort();
    this.#release("microphone");
    this.#release("camera");
    this.#screen.close();
  }

  /** Does one thing, and then looks which devices there are. */
  #next(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#scope.signal.aborted) return;
      await act();
      await this.#look();
    });
  }

  /**
   * Opens a device in the place of the one before, which is kept, or opened again, where this fails.
   *
   * @param wanted this one; otherwise what the person likes best, and else any
   */
  async #openOne(kind: Captured, wanted?: MediaTrackConstraints): Promise<void> {
    const before = this.#tracks[kind]?.getSettings().deviceId;
    // Phones have one camera pipeline: the second camera opens only after the first is released.
    if (kind === "camera") this.#release("camera");
    try {
      this.#keep(await this.#get({ [constraintOf[kind]]: this.#wish(kind, wanted) }));
    } catch (error) {
      if (this.#tracks[kind] !== null) return;
      const isAsked = wanted !== undefined && before !== undefined;
      if (isAsked) return this.#openOne(kind, { deviceId: { ideal: before } });
      // What was chosen in an earlier call is not there now.
      const isAway = error instanceof Error && error.name === "OverconstrainedError";
      if (isAway && wanted === undefined) return this.#openOne(kind, {});
      const fault = deviceFault(error, kind);
      this.#set(kind === "microphone" ? { microphone: fault } : { camera: fault });
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

  #wish(kind: Captured, wanted?: MediaTrackConstraints): MediaTrackConstraints {
    const { wished, choices } = this.#list.get(kind);
    const found = wished === null ? null : (findDevice(wished, choices ?? []) ?? wished);
    // As a wish alone Chromium passes over it.
    const device = wanted ?? (found === null ? {} : { deviceId: { exact: found.id } });
    if (kind === "microphone") return { ...this.#state.sound, ...device };
    // Who has chosen none sees themselves.
    const front = "deviceId" in device ? {} : { facingMode: "user" };
    return { width: { ideal: 1280 }, height: { ideal: 720 }, ...front, ...device };
  }

  #keep(tracks: MediaStreamTrack[]): void {
    for (const track of tracks) {
      // The call may have ended while the browser asked.
      if (this.#scope.signal.aborted) track.stop();
      else this.#keepOne(track.kind === "audio" ? "microphone" : "camera", track);
    }
  }

  #keepOne(kind: Captured, track: MediaStreamTrack): void {
    this.#release(kind);
    this.#tracks[kind] = track;
    const { signal } = this.#scope;
    track.addEventListener("ended", () => this.#next(() => this.#replaceGone(kind, track)), {
      signal,
    });
    const inUse = { id: track.getSettings().deviceId ?? "", label: track.label };
    this.#list.change(kind, (followed) => useDevice(followed, inUse));
    if (kind === "microphone") {
      track.enabled = !this.#state.isMuted;
      this.#level.setTrack(track);
      this.#set({ microphone: "on" });
    } else {
      this.#set({ camera: "on", picture: new MediaStream([track]) });
    }
    this.#events.onTrack(kind, track);
  }

  /** Unplugged: another one takes over, where there is one. */
  async #replaceGone(kind: Captured, track: MediaStreamTrack): Promise<void> {
    if (this.#tracks[kind] !== track) return;
    this.#list.change(kind, loseDevice);
    this.#release(kind);
    await this.#openOne(kind, {});
    // Then it was the leave that went away, and not the device.
    if (isRefusal(this.#state[kind])) this.#list.change(kind, forgetChange);
  }

  #release(kind: Captured): void {
    const track = this.#tracks[kind];
    if (track === null) return;
    track.stop();
    this.#tracks[kind] = null;
    this.#list.change(kind, releaseDevice);
    if (kind === "microphone") this.#level.setTrack(null);
    else this.#set({ picture: null });
    if (!this.#scope.signal.aborted) this.#events.onTrack(kind, null);
  }

  async #look(): Promise<void> {
    const found = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    if (this.#scope.signal.aborted) return;
    const isFirst = this.#list.get("speaker").choices === null;
    this.#list.list(found);
    this.#followSpeaker(isFirst);
    await this.#followCaptured("microphone");
    await this.#followCaptured("camera");
    if (!this.#scope.signal.aborted) this.#set(this.#list.draw());
  }

  async #followCaptured(kind: Captured): Promise<void> {
    const track = this.#tracks[kind];
    const { change } = this.#list.get(kind);
    if (track !== null && isGone(this.#list.get(kind))) {
      await this.#replaceGone(kind, track);
    } else if (this.#state[kind] === "missing" && change?.type === "back") {
      // It was in use when it went, and nothing has taken its place.
      this.#list.change(kind, forgetChange);
      await this.#openOne(kind, { deviceId: { exact: change.id } });
    }
  }

  /** Where one hears: the speaker that was chosen once is used as soon as it can be. */
  #followSpeaker(isFirst: boolean): void {
    const speakers = this.#list.get("speaker");
    if (isGone(speakers)) {
      this.#list.change("speaker", loseDevice);
      this.#useSpeaker(null);
    } else if (isFirst && speakers.choices !== null) {
      const found = speakers.wished === null ? null : findDevice(speakers.wished, speakers.choices);
      this.#useSpeaker(found?.id ?? null);
    }
  }

  /** @param id null for where the system plays what it plays */
  #useSpeaker(id: string | null): void {
    const choices = this.#list.get("speaker").choices ?? [];
    const choice = choices.find((device) => device.id === (id ?? "default"));
    this.#list.change("speaker", (followed) =>
      choice === undefined ? releaseDevice(followed) : useDevice(followed, choice),
    );
    this.#events.onSpeaker(id ?? "");
  }

  #set(change: Partial<LocalMediaState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#scope.signal.aborted) this.#events.onChange();
  }
}

const constraintOf = { microphone: "audio", camera: "video" } as const;
