import type {
  CameraState,
  DeviceChange,
  DeviceKind,
  DevicePicker,
  MicrophoneState,
  SoundProcessing,
} from "../calls/calls-snapshot.ts";
import type { SentMedia } from "./media-sections.ts";
import type { ScreenState } from "./screen-capture.ts";

/** This side's devices during one call. Nothing is open before `open`. */
export interface LocalMedia {
  readonly state: LocalMediaState;
  /**
   * Asks for the microphone and, for a call with pictures, the camera. It never fails: what could
   * not be had stands in the state, and the call goes on with the rest.
   */
  open(options: { camera: boolean }): void;
  setMuted(isMuted: boolean): void;
  /** Asks again for one that could not be had; whoever is muted stays so. */
  openMicrophone(): void;
  setCamera(isOn: boolean): void;
  /** From the front to the back of a phone and round again; elsewhere to the next camera. */
  switchCamera(): void;
  /** The choice is remembered in this browser. */
  choose(kind: DeviceKind, id: string): void;
  /** Remembered in this browser. */
  setSound(change: Partial<SoundProcessing>): void;
  /** The person has read what became of a device. */
  forgetChange(kind: DeviceKind): void;
  /** Asks the person which screen, window or tab; during a gesture. */
  shareScreen(): void;
  stopSharing(): void;
  /**
   * Tells the level of the open microphone, several times a second.
   *
   * @param onLevel takes 0 to 1
   * @returns ends it
   */
  watchLevel(onLevel: (level: number) => void): () => void;
  /** Releases every device. */
  close(): void;
}

export interface LocalMediaState {
  microphone: MicrophoneState;
  camera: CameraState;
  isMuted: boolean;
  isSpeakingMuted: boolean;
  /** What the camera sees; null where it is off. */
  picture: MediaStream | null;
  screen: ScreenState;
  /** What is shared of the screen; null where nothing is. */
  screenPicture: MediaStream | null;
  microphones: DevicePicker;
  cameras: DevicePicker;
  /** null where the platform offers no choice. */
  speakers: DevicePicker | null;
  deviceChanges: Readonly<Partial<Record<DeviceKind, DeviceChange>>>;
  sound: SoundProcessing;
}

export interface LocalMediaEvents {
  onChange(): void;
  onTrack(sends: SentMedia, track: MediaStreamTrack | null): void;
  /** The other side is to be heard there from now on; "" is where the system plays what it plays. */
  onSpeaker(id: string): void;
  /** The browser is asking its person, most likely. */
  onQuestion(): void;
}

export type OpenLocalMedia = (events: LocalMediaEvents) => LocalMedia;

export const nothingOpen: LocalMediaState = {
  microphone: "pending",
  camera: "off",
  isMuted: false,
  isSpeakingMuted: false,
  picture: null,
  screen: "unavailable",
  screenPicture: null,
  microphones: { choices: [], chosen: null },
  cameras: { choices: [], chosen: null },
  speakers: null,
  deviceChanges: {},
  sound: { noiseSuppression: true, echoCancellation: true, autoGainControl: true },
};
