import type { CameraState, DevicePicker, MicrophoneState } from "../calls/calls-snapshot.ts";
import type { SentMedia } from "./media-sections.ts";

/** This side's microphone and camera during one call. Nothing is open before `open`. */
export interface LocalMedia {
  readonly state: LocalMediaState;
  /**
   * Asks for the microphone and, for a call with pictures, the camera. It never fails: what could
   * not be had stands in the state, and the call goes on with the rest.
   */
  open(options: { camera: boolean }): void;
  setMuted(isMuted: boolean): void;
  setCamera(isOn: boolean): void;
  switchCamera(): void;
  chooseMicrophone(id: string): void;
  chooseCamera(id: string): void;
  /** Releases every device. */
  close(): void;
}

export interface LocalMediaState {
  microphone: MicrophoneState;
  camera: CameraState;
  isMuted: boolean;
  /** What the camera sees; null where it is off. */
  picture: MediaStream | null;
  microphones: DevicePicker;
  cameras: DevicePicker;
  /** Without the one in use, which the player of the sound knows. */
  speakers: DevicePicker["choices"];
}

export interface LocalMediaEvents {
  onChange(): void;
  onTrack(sends: SentMedia, track: MediaStreamTrack | null): void;
  /** The browser is asking its person, most likely. */
  onQuestion(): void;
}

export type OpenLocalMedia = (events: LocalMediaEvents) => LocalMedia;

export const nothingOpen: LocalMediaState = {
  microphone: "pending",
  camera: "off",
  isMuted: false,
  picture: null,
  microphones: { choices: [], chosen: null },
  cameras: { choices: [], chosen: null },
  speakers: [],
};
