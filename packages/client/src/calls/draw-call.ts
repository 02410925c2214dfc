import type { CallId, CallKind, CallRoute, CallView, Person } from "@ringfence/protocol";
import { nothingOpen } from "../media/local-media.ts";
import type { MediaDrawing } from "./call-media.ts";
import type { CallEnd, CallPhase, CurrentCall, IncomingCall } from "./calls-snapshot.ts";
import type { Ring } from "./rings.ts";

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
  /** null before anything was opened, and where another tab holds the call. */
  media: MediaDrawing | null;
}

const noMedia: MediaDrawing = {
  quality: "unknown",
  path: null,
  local: nothingOpen,
  speaker: null,
  remote: { type: "devices", microphone: "pending", camera: "off" },
  remotePicture: null,
};

/** The call that this tab holds, as a page draws it. */
export function drawOwnCall({ media, ...call }: CallDrawing): CurrentCall {
  const { quality, path, local, speaker, remote, remotePicture } = media ?? noMedia;
  const isOver = call.phase === "ended";
  const isRemoteCameraOn = remote.camera === "on" && !isOver;
  return {
    ...call,
    isInThisTab: true,
    localStream: isOver ? null : local.picture,
    remoteStream: isRemoteCameraOn ? remotePicture : null,
    isMuted: local.isMuted,
    isCameraOn: local.camera === "on" && !isOver,
    remoteIsMuted: remote.microphone === "muted" || remote.microphone === "none",
    remoteIsCameraOn: isRemoteCameraOn,
    microphone: local.microphone,
    camera: local.camera,
    microphones: local.microphones,
    cameras: local.cameras,
    speakers: speaker === null ? null : { choices: local.speakers, chosen: speaker },
    quality,
    path,
  };
}

/** A call of this device that another tab holds. */
export function drawCallElsewhere(view: CallView, connectedAtMs: number | null): CurrentCall {
  const { callId, role, kind, state, route } = view;
  const phase = state;
  const call = { callId, role, kind, with: view.with, phase, connectedAtMs, route };
  return { ...drawOwnCall({ ...call, endReason: null, over: null, media: null }), isInThisTab: false };
}

/** @param isHeard whether this tab is the one that rings aloud */
export function drawIncoming({ view, isSilenced }: Ring, isHeard: boolean): IncomingCall {
  const { callId, kind, with: person, reason, isQuiet, route } = view;
  return {
    callId,
    kind,
    with: person,
    reason,
    isQuiet,
    route,
    isSilenced,
    ringsInThisTab: isHeard && !isSilenced && !isQuiet,
  };
}
