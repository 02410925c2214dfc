import type { MediaParts } from "../calls/call-parts.ts";
import type { Environment } from "../environment.ts";
import { type LocalMedia, nothingOpen } from "../media/local-media.ts";
import type { OpenPeer } from "../media/peer.ts";
import type { Page } from "../page.ts";
import type { PushPlatform } from "../push/push-platform.ts";
import { PasskeyError, type PasskeyPlatform } from "../ways-in/passkey-platform.ts";
import { memoryVaults } from "./memory-vault.ts";

/** What a client without a browser has to be given all the same. */
export interface HeadlessParts extends Pick<
  Environment,
  "origin" | "fetch" | "openWebSocket" | "sendBeacon"
> {
  openPeer: OpenPeer;
}

/**
 * Surroundings without a browser: one page that is always looked at, and is forgotten with the program.
 * It has no push and no passkeys; its microphone is open at once, and what it sends is the peer's affair.
 */
export function headlessEnvironment({ openPeer, ...network }: HeadlessParts): Environment {
  const kept = new Map<string, string>();
  return {
    ...network,
    page: shownPage,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    },
    openVault: memoryVaults(),
    locks: null,
    tabs: null,
    media: mediaOf(openPeer),
    push: noPush,
    passkeys: noPasskeys,
    trying: {
      devices: undefined,
      openLevelMeter: () => nothing,
      measureLoop: async () => ({ state: "no-relay" }),
    },
  };
}

const nothing = () => {};

const shownPage: Page = { on: nothing, isShown: () => true };

function mediaOf(openPeer: OpenPeer): MediaParts {
  return {
    openPeer,
    openMedia: () => openMicrophone,
    openRemoteAudio: () => ({ play: nothing, useSpeaker: nothing, close: nothing }),
    sound: { start: async () => true, play: () => nothing },
    keepAwake: nothing,
    now: () => performance.now(),
  };
}

const openMicrophone: LocalMedia = {
  state: { ...nothingOpen, microphone: "on" },
  open: nothing,
  setMuted: nothing,
  openMicrophone: nothing,
  setCamera: nothing,
  switchCamera: nothing,
  choose: nothing,
  setSound: nothing,
  forgetChange: nothing,
  shareScreen: nothing,
  stopSharing: nothing,
  watchLevel: () => nothing,
  close: nothing,
};

const noPush: PushPlatform = {
  lack: "browser",
  permission: () => "denied",
  askPermission: async () => "denied",
  subscribe: () => Promise.reject(new Error("There is no push without a browser.")),
  unsubscribe: async () => {},
  show: async () => {},
  close: async () => {},
  closeAll: async () => {},
  takeAccepts: async () => [],
  onLook: nothing,
};

const impossible = () => Promise.reject(new PasskeyError("impossible"));

const noPasskeys: PasskeyPlatform = {
  isThere: false,
  isBuiltIn: async () => false,
  isOfferedInFields: async () => false,
  make: impossible,
  ask: impossible,
  offer: impossible,
};
