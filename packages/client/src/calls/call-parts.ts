import type { CallId, UpMessage } from "@ringfence/protocol";
import type { AddressChoices } from "./address-choices.ts";
import type { OpenLocalMedia } from "../media/local-media.ts";
import type { OpenPeer } from "../media/peer.ts";
import type { RemoteAudio } from "../media/remote-audio.ts";
import type { Sound } from "../media/sound.ts";

/** What calls need of a browser. */
export interface MediaParts {
  openPeer: OpenPeer;
  openMedia: OpenLocalMedia;
  openRemoteAudio(): RemoteAudio;
  sound: Sound;
  /** Keeps the screen on until the signal. */
  keepAwake(signal: AbortSignal): void;
  /** Milliseconds, on the clock of `performance.now()`. */
  now(): number;
}

/** What one call needs of the browser and of the connection. */
export interface CallParts extends MediaParts {
  addresses: AddressChoices;
  /** False where there is no connection: nothing was sent. */
  send(message: UpMessage): boolean;
  /** Leaves a call where nothing can be waited for, such as on a page that closes. */
  sayBye(callId: CallId): void;
}
