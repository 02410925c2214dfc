import type { Comparison, Emoji, IdentityChange } from "@ringfence/e2ee";
import type {
  CallId,
  CallKind,
  CallRoute,
  EndReason,
  PeerDevices,
  Person,
  RingReason,
} from "@ringfence/protocol";
import type { DeviceFault } from "../media/device-fault.ts";
import type { RelayReach } from "../media/relay-reach.ts";
import type { ScreenState } from "../media/screen-capture.ts";
import type { TrustFault } from "./trust-fault.ts";

export interface CallsSnapshot {
  /** `silent` until the person allowed this page to ring ("Let Ringfence ring"). */
  sound: "silent" | "ready";
  /** The oldest first. A ring that is silenced stays until it is over. */
  incoming: readonly IncomingCall[];
  current: CurrentCall | null;
  /** A call that this page can go on with, once its person says so. */
  returnable: ReturnableCall | null;
}

/** A call whose page was reloaded, or has crashed. */
export interface ReturnableCall {
  callId: CallId;
  kind: CallKind;
  route: CallRoute;
  with: Person;
}

export interface IncomingCall {
  callId: CallId;
  kind: CallKind;
  with: Person;
  /** Why this person may ring. */
  reason: RingReason | null;
  /** It shows and makes no sound, because of the person's own rules. */
  isQuiet: boolean;
  /** `direct`: whoever accepts shows the caller their address, and sees the caller's. */
  route: CallRoute;
  isSilenced: boolean;
  /** Of the tabs of one profile one rings aloud; the others only show it. */
  ringsInThisTab: boolean;
  /** It is heard once and softly: this person is in a call, or rings, here or on another device. */
  isWaiting: boolean;
  /** What this device has now, which accepting ends. */
  acceptEnds: AcceptEnds;
}

/** `ring`: this device rings somebody who has not answered yet. */
export type AcceptEnds = "nothing" | "ring" | "call";

/**
 * How a call of this device stands.
 *
 *     caller: about-to-ring -> inviting -> ringing -> connecting -> connected <-> reconnecting
 *     callee:                                         connecting -> connected <-> reconnecting
 *     any but about-to-ring -> ended
 *
 * In `about-to-ring` nothing was sent yet; cancelling there leaves no call at all.
 */
export type CallPhase =
  | "about-to-ring"
  | "inviting"
  | "ringing"
  | "connecting"
  | "connected"
  | "reconnecting"
  | "ended";

/** The server's reasons, and those that only this device can know. */
export type CallEnd =
  | EndReason
  /** The invite could not be sent: no connection to the server. */
  | "unreachable"
  /** The server refused the invite or the accept: this device is in a call already. */
  | "already-in-call"
  /** The server refused the invite: there were too many of them in a short time. */
  | "too-many-requests"
  /** The server refused the invite: this account rang as many people within the hour as one may. */
  | "too-many-people"
  /** The server refused the invite: it can carry no call now, such as while no relay runs. */
  | "server-unavailable"
  /** The server refused the invite or the accept for another reason. */
  | "refused"
  /** A description or candidate held what a relayed call never shows. */
  | "unsafe-description"
  /** This browser cannot make calls, or the peer connection broke down. */
  | "unsupported"
  /** This browser keeps no keys, so that nothing of a call can be signed here: nothing was sent. */
  | "no-keys"
  /** It failed while this person had not answered `TrustQuestion`. */
  | "undecided"
  /** It failed while the other side's person had not. */
  | "other-undecided"
  /** Something that the other end's device signs did not fit: `trustFault` says what. */
  | "untrusted"
  /** This person saw other emoji than the other. */
  | "different-emoji";

/**
 * Whose word the other end's device has.
 * - `changed`: it is not the one that was known, and the person said *Call anyway*.
 * - null: not known yet.
 */
export type TrustLevel = Comparison | "changed" | null;

/** What must be answered before anything of the other end is used. */
export interface TrustQuestion {
  /**
   * - `call-anyway`: another device than was known. There is no connection before `callAnyway`.
   * - `compare-again`: another one than was compared. After `compareAgain` there is a connection
   *   without sound or picture of either side, for the emoji; media flow after `theyMatch`.
   */
  type: "call-anyway" | "compare-again";
  change: IdentityChange;
}

export interface CallTrust {
  level: TrustLevel;
  /** Four, the same at both ends; null until both nonces are known, and before `compareAgain`. */
  emoji: readonly Emoji[] | null;
  question: TrustQuestion | null;
}

/** `pending`: the browser asks the person. */
export type MicrophoneState = "pending" | "on" | DeviceFault;
export type CameraState = MicrophoneState | "off";

export interface DeviceChoice {
  id: string;
  label: string;
}

export interface DevicePicker {
  choices: readonly DeviceChoice[];
  /** The one in use; null where none is. */
  chosen: string | null;
}

export type DeviceKind = "microphone" | "camera" | "speaker";

/**
 * What became of a device during the call.
 * - `gone`: it was in use and went away; `now` is the name of what took over, null where nothing did.
 * - `back`: the one that the person would rather use is there again, and is not in use.
 */
export type DeviceChange =
  | { type: "gone"; label: string; now: string | null }
  | { type: "back"; id: string; label: string };

/** What the browser does to the sound of this side's microphone. */
export interface SoundProcessing {
  noiseSuppression: boolean;
  echoCancellation: boolean;
  autoGainControl: boolean;
}

export interface CurrentCall {
  /** null until the server has answered the invite. */
  callId: CallId | null;
  role: "caller" | "callee";
  kind: CallKind;
  with: Person;
  phase: CallPhase;
  /** null until `ended`. */
  endReason: CallEnd | null;
  /** When the other side was last heard, as Unix time, and for how long; null where there was no media. */
  over: { at: number; lastedMs: number } | null;
  /** Whether this tab holds the call. Another tab of this profile shows it and can hang up. */
  isInThisTab: boolean;
  /** When both had media, on the clock of `performance.now()`; null before. */
  connectedAtMs: number | null;
  /** What this device's camera sees; null where it is off. Never holds sound. */
  localStream: MediaStream | null;
  /** What the other's camera sees; null where it is off. Its sound is played by this package. */
  remoteStream: MediaStream | null;
  /** This side's own screen; null where none is shared. */
  localScreen: MediaStream | null;
  remoteScreen: MediaStream | null;
  isMuted: boolean;
  isCameraOn: boolean;
  /** Muted, and speaking all the same. */
  isSpeakingMuted: boolean;
  screen: ScreenState;
  /** This side's pictures wait for a better connection, so that its sound goes first. */
  arePicturesPaused: boolean;
  /** False until the other side's page said so, end to end. */
  remoteIsMuted: boolean;
  remoteIsCameraOn: boolean;
  /** Of the other side's microphone, as its page said; `pending` until it did. */
  remoteMicrophone: PeerDevices["microphone"];
  remoteIsPaused: boolean;
  /** A picture should come, and the last one stands still. */
  remoteIsFrozen: boolean;
  microphone: MicrophoneState;
  camera: CameraState;
  microphones: DevicePicker;
  cameras: DevicePicker;
  /** null where the platform offers no choice of speaker. */
  speakers: DevicePicker | null;
  deviceChanges: Readonly<Partial<Record<DeviceKind, DeviceChange>>>;
  sound: SoundProcessing;
  quality: CallQuality;
  /** What makes the quality less than good; null where nothing does. */
  qualityCause: QualityCause | null;
  /** `direct`: each may see the other's address once it is accepted. null until it is known. */
  route: CallRoute | null;
  /** What the media goes by, as the browser measures it; null until some flows. */
  path: CallRoute | null;
  /** Over what this side reached the relay. */
  relayReach: RelayReach;
  /** The browser plays the other's sound only once the person has touched this page. */
  isSoundHeld: boolean;
  trust: CallTrust;
  /** While it connects: the other side's person is asked whether this device is who it should be. */
  isOtherAsked: boolean;
  /** Why the call ended as `untrusted`; null in every other case. */
  trustFault: TrustFault | null;
}

export type CallQuality = "unknown" | "good" | "fair" | "poor";
/** Sound is missing, comes late, or comes unevenly. */
export type QualityCause = "loss" | "delay" | "jitter";
