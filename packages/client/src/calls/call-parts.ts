import type { CallId, SignedDescription, UpMessage } from "@ringfence/protocol";
import type { AddressChoices } from "./address-choices.ts";
import type { EndToEndTrust, TrustParts } from "./end-to-end-trust.ts";
import type { OpenLocalMedia } from "../media/local-media.ts";
import type { OpenPeer } from "../media/peer.ts";
import type { OpenRemoteAudio } from "../media/remote-audio.ts";
import type { Sound } from "../media/sound.ts";

/** What calls need of a browser. */
export interface MediaParts {
  openPeer: OpenPeer;
  openMedia: OpenLocalMedia;
  openRemoteAudio: OpenRemoteAudio;
  sound: Sound;
  /** Keeps the screen on until the signal. */
  keepAwake(signal: AbortSignal): void;
  /** Milliseconds, on the clock of `performance.now()`. */
  now(): number;
}

/** The connection to the server, as far as a call needs it (`Signalling`). */
export interface ServerLine {
  /** @returns false where there is no connection: nothing was sent */
  send(message: UpMessage): boolean;
  /** For a call, until the signal: the connection is opened again sooner. */
  stayFor(signal: AbortSignal): void;
  /**
   * Asks for a `welcome`.
   *
   * @param isUrgent on a fresh connection too, at once, and on the next after that until there is one
   */
  ask(how: { isUrgent: boolean }): void;
  /** Nothing is needed so soon any more. */
  rest(): void;
  /** How many connections there were so far. */
  readonly welcomedLines: number;
  /** How long nothing was heard of the server, by the clock on the wall. */
  readonly silentForMs: number;
}

/** What one call needs of the browser and of the connection. */
export interface CallParts extends MediaParts {
  addresses: AddressChoices;
  trust: TrustParts;
  /** False where there is no connection: nothing was sent. */
  send(message: UpMessage): boolean;
  server: ServerLine;
  /** After the tap: the answer that goes with the accept; null where it follows by itself. */
  answerWarm(callId: CallId, trust: EndToEndTrust): Promise<SignedDescription | null>;
  /** Leaves a call where nothing can be waited for, such as on a page that closes. */
  sayBye(callId: CallId): void;
}
