import type { CallId, CallKind, CallRoute, CallView, Person } from "@ringfence/protocol";
import { nothingOpen } from "../media/local-media.ts";
import { nothingReached } from "../media/relay-reach.ts";
import { pictureSteps } from "../media/room-for-pictures.ts";
import { type MediaDrawing, nothingHeard } from "./call-media.ts";
import type { CallEnd, CallPhase, CallTrust, CurrentCall, IncomingCall } from "./calls-snapshot.ts";
import type { Ring } from "./rings.ts";
import type { TrustFault } from "./trust-fault.ts";

interface CallDrawing {
  role: "caller" | "callee";
  kind: CallKind;
  with: Person;
  callId: CallId | null;
  phase: CallPhase;
  endReason: CallEnd | null;
  over: CurrentCall["over"];
  connectedAtMs: number | null;
  route: CallRoute | null;
  trust: CallTrust;
  isOtherAsked: boolean;
  trustFault: TrustFault | null;
  /** null before anything was opened, and where another tab holds the call. */
  media: MediaDrawing | null;
}

const noMedia: MediaDrawing = {
  quality: { quality: "unknown", cause: null, room: pictureSteps[0], isFrozen: false },
  path: null,
  local: nothingOpen,
  remote: nothingHeard,
  remotePicture: null,
  relayReach: nothingReached,
  remoteScreen: null,
  isSoundHeld: false,
};

/** Nothing is known of the other end's device. */
export const nothingTrusted: CallTrust = { level: null, emoji: null, question: null };

/** The call that this tab holds, as a page draws it. */
export function drawOwnCall({ media, ...call }: CallDrawing): CurrentCall {
  const { quality, path, local, remote, remotePicture, remoteScreen, relayReach, isSoundHeld } =
    media ?? noMedia;
  const isOver = call.phase === "ended";
  const isRemoteCameraOn = remote.camera === "on" && !isOver;
  const isCameraOn = local.camera === "on" && !isOver;
  const isScreenOn = local.screen === "on" && !isOver;
  const { room } = quality;
  return {
    ...call,
    isInThisTab: true,
    localStream: isOver ? null : local.picture,
    remoteStream: isRemoteCameraOn ? remotePicture : null,
    localScreen: isScreenOn ? local.screenPicture : null,
    remoteScreen: remote.screen === "off" || isOver ? null : remoteScreen,
    isMuted: local.isMuted,
    isSpeakingMuted: local.isSpeakingMuted,
    isCameraOn,
    screen: local.screen,
    arePicturesPaused: (isCameraOn && room.camera === null) || (isScreenOn && room.screen === null),
    remoteIsMuted: remote.microphone === "muted",
    remoteIsCameraOn: isRemoteCameraOn,
    remoteMicrophone: remote.microphone,
    remoteIsPaused: remote.camera === "paused" || remote.screen === "paused",
    remoteIsFrozen: quality.isFrozen,
    microphone: local.microphone,
    camera: local.camera,
    microphones: local.microphones,
    cameras: local.cameras,
    speakers: local.speakers,
    deviceChanges: local.deviceChanges,
    sound: local.sound,
    quality: quality.quality,
    qualityCause: quality.cause,
    path,
    relayReach,
    isSoundHeld,
  };
}

/** A call of this device that another tab holds. */
export function drawCallElsewhere(view: CallView, connectedAtMs: number | null): CurrentCall {
  const { callId, role, kind, state, route } = view;
  const phase = state;
  const call = { callId, role, kind, with: view.with, phase, connectedAtMs, route };
  return {
    ...drawOwnCall({
      ...call,
      endReason: null,
      over: null,
      media: null,
      trust: nothingTrusted,
      isOtherAsked: view.isOtherAsked,
      trustFault: null,
    }),
    isInThisTab: false,
  };
}

interface IncomingDrawing extends Pick<IncomingCall, "isWaiting" | "acceptEnds"> {
  /** Whether this tab is the one that rings aloud. */
  isLoud: boolean;
}

export function drawIncoming(
  { view, isSilenced }: Ring,
  { isLoud, isWaiting, acceptEnds }: IncomingDrawing,
): IncomingCall {
  const { callId, kind, with: person, reason, isQuiet, route } = view;
  return {
    callId,
    kind,
    with: person,
    reason,
    isQuiet,
    route,
    isSilenced,
    ringsInThisTab: isLoud && !isSilenced && !isQuiet,
    isWaiting,
    acceptEnds,
  };
}
