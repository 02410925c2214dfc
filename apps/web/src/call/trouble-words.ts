import type {
  CameraState,
  Connection,
  CurrentCall,
  DeviceFault,
  InputKind,
  RelayReach,
  Transport,
} from "@ringfence/client";
import type { BrowserKind } from "./browser-kind.ts";
import { howToAllow, howToAllowInSystem } from "./how-to-allow.ts";

/** What is wrong in a call, for the person in it. */
export interface Trouble {
  about: InputKind | "sound" | "relay" | "server" | "other-side";
  /** A `hint` is good to know; with a `problem` something does not work. */
  tone: "problem" | "hint";
  /** What happened, in a sentence or two. */
  what: string;
  /** What to do; null where there is nothing, or the button says it. */
  next: string | null;
  /** Asks for the device again, within the call. */
  again: InputKind | null;
}

type TroubledCall = Pick<
  CurrentCall,
  | "phase"
  | "with"
  | "microphone"
  | "camera"
  | "remoteMicrophone"
  | "relayReach"
  | "isSoundHeld"
  | "connectedAtMs"
>;

const weightOf: Record<Trouble["tone"], number> = { problem: 0, hint: 1 };

/** All that is wrong now, what hurts most first. */
export function troublesOf(
  call: TroubledCall,
  connection: Connection,
  browser: BrowserKind,
): Trouble[] {
  if (call.phase === "about-to-ring" || call.phase === "inviting") return [];
  const all = [
    soundTrouble(call),
    relayTrouble(call),
    microphoneTrouble(call.microphone, call.with.handle, browser),
    cameraTrouble(call.camera, browser),
    otherSideTrouble(call),
    serverTrouble(call.phase, connection),
  ].filter((trouble) => trouble !== null);
  return all.toSorted((one, other) => weightOf[one.tone] - weightOf[other.tone]);
}

function soundTrouble({ isSoundHeld, with: { handle } }: TroubledCall): Trouble | null {
  if (!isSoundHeld) return null;
  return {
    about: "sound",
    tone: "problem",
    what: `Tap to hear @${handle}.`,
    next: "Your browser plays no sound before you touch this page, or press a key.",
    again: null,
  };
}

function microphoneTrouble(
  state: CurrentCall["microphone"],
  handle: string,
  browser: BrowserKind,
): Trouble | null {
  if (state === "on") return null;
  if (state === "pending") return question("microphone");
  const { what, next } = deviceWords(state, "microphone", browser);
  return {
    about: "microphone",
    tone: "problem",
    what: `${what} @${handle} can't hear you; you hear them.`,
    next,
    again: canAskAgain(state) ? "microphone" : null,
  };
}

function cameraTrouble(state: CameraState, browser: BrowserKind): Trouble | null {
  if (state === "on" || state === "off") return null;
  if (state === "pending") return question("camera");
  const { what, next } = deviceWords(state, "camera", browser);
  return {
    about: "camera",
    tone: "problem",
    what: `${what} The call goes on with sound.`,
    next,
    again: canAskAgain(state) ? "camera" : null,
  };
}

function question(about: InputKind): Trouble {
  return {
    about,
    tone: "hint",
    what: `Waiting for the ${about}.`,
    next: "If your browser asks, choose Allow.",
    again: null,
  };
}

/** Why a device cannot be had, in a sentence, and what to do about it in another. */
export function deviceWords(
  fault: DeviceFault,
  device: InputKind,
  browser: BrowserKind,
): { what: string; next: string } {
  const Device = device === "microphone" ? "Microphone" : "Camera";
  switch (fault) {
    case "blocked":
      return {
        what: `This page may not use your ${device}.`,
        next: `${howToAllow(device, browser)} If you cannot, whoever manages this device decides it.`,
      };
    case "dismissed":
      return {
        what: `Your browser asked for the ${device}, and got no answer.`,
        next: "Try again, and choose Allow.",
      };
    case "blocked-by-system":
      return {
        what: `This machine does not let your browser use the ${device}.`,
        next: howToAllowInSystem(device, browser),
      };
    case "blocked-by-page":
      return {
        what: `${Device}s are switched off for this page by the server or a proxy before it.`,
        next: "Tell whoever runs this server: Permissions-Policy must allow it.",
      };
    case "insecure-page":
      return {
        what: `Browsers allow no ${device} on a page without HTTPS.`,
        next: "Open this page by an address that begins with https://, or tell whoever runs this server.",
      };
    case "missing":
      return { what: `No ${device} was found.`, next: "Plug one in, then try again." };
    case "in-use":
      return {
        what: `Another program holds the ${device}.`,
        next: "Close that program or its call, then try again.",
      };
  }
}

/** Where the page itself is at fault, asking again gives the same answer. */
export function canAskAgain(fault: DeviceFault): boolean {
  return fault !== "blocked-by-page" && fault !== "insecure-page";
}

const ofRelay = { about: "relay", again: null } as const;

function relayTrouble({ phase, connectedAtMs, relayReach }: TroubledCall): Trouble | null {
  // A network that has let this call through lets calls through: then the relay itself is gone.
  if (connectedAtMs === null && isOutOfReach(relayReach)) {
    return {
      ...ofRelay,
      tone: "problem",
      what: `This network lets no call through: the relay does not answer over ${namesOf(relayReach)}.`,
      next: "Try another network, such as mobile data.",
    };
  }
  const isRunning = phase === "connected" || phase === "reconnecting";
  const isOverTcp = relayReach.tcp === "reached" || relayReach.tls === "reached";
  if (!isRunning || !isOverTcp || relayReach.udp !== "failed") return null;
  return {
    ...ofRelay,
    tone: "hint",
    what: "This network seems to block UDP, so the call goes over TCP.",
    next: "It works; sound may stutter when the network is busy.",
  };
}

/** Whether every way to the relay was tried in vain. */
export function isOutOfReach(reach: RelayReach): boolean {
  const ways = Object.values(reach);
  return ways.length > 0 && ways.every((way) => way === "failed");
}

const transportNames: Record<Transport, string> = { udp: "UDP", tcp: "TCP", tls: "TLS" };

/** "UDP", "UDP or TCP", "UDP, TCP or TLS": the ways that were tried. */
export function namesOf(reach: RelayReach): string {
  const names = (Object.keys(transportNames) as Transport[])
    .filter((transport) => transport in reach)
    .map((transport) => transportNames[transport]);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} or ${last}`;
}

function otherSideTrouble({ phase, remoteMicrophone, with: person }: TroubledCall): Trouble | null {
  if (phase !== "connected") return null;
  const { handle } = person;
  switch (remoteMicrophone) {
    case "on":
    case "muted":
      return null;
    case "none":
      return {
        about: "other-side",
        tone: "problem",
        what: `@${handle}'s microphone does not work, so you can't hear them. They hear you.`,
        next: null,
        again: null,
      };
    case "pending":
      return {
        about: "other-side",
        tone: "hint",
        what: `@${handle}'s browser still waits for a microphone. They hear you.`,
        next: null,
        again: null,
      };
  }
}

/** A call in which something flows goes on without its server; whatever changes how it stands waits. */
const withoutServer: Partial<Record<CurrentCall["phase"], string>> = {
  ringing: "The server does not answer. Whether they answer, you see once it does.",
  connecting: "The server does not answer. This call may have to wait for it.",
  connected: "The server does not answer; this call goes on without it.",
  reconnecting: "The server does not answer. This call may come back only once it does.",
};

/** Whether a call says itself that the server does not answer. */
export function saysServer({ phase }: Pick<CurrentCall, "phase">): boolean {
  return phase in withoutServer;
}

function serverTrouble(phase: CurrentCall["phase"], connection: Connection): Trouble | null {
  const what = withoutServer[phase];
  if (what === undefined) return null;
  switch (connection) {
    case "online":
    case "connecting":
      return null;
    case "offline":
      return {
        about: "server",
        tone: "hint",
        what,
        next: "It is tried again by itself. Nobody else can ring you until then.",
        again: null,
      };
    case "outdated":
      return {
        about: "server",
        tone: "hint",
        what: "Ringfence was updated during this call.",
        next: "Reload the page when this call is over.",
        again: null,
      };
  }
}
