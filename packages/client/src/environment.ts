import type { MediaParts } from "./calls/call-parts.ts";
import type { DeviceCheckParts } from "./connection-test/device-check.ts";
import { measureLoop, type MeasureLoop } from "./connection-test/measure-loop.ts";
import { BrowserMedia } from "./media/browser-media.ts";
import { BrowserPeer } from "./media/browser-peer.ts";
import { DeviceMemory } from "./media/device-memory.ts";
import { browserLevelMeter } from "./media/level-meter.ts";
import { browserRemoteAudio, mayChooseSpeaker } from "./media/remote-audio.ts";
import { browserSound } from "./media/sound.ts";
import { keepAwake } from "./media/wake-lock.ts";
import { browserPage, type Page } from "./page.ts";
import { browserPush, type PushPlatform } from "./push/push-platform.ts";
import { browserVault } from "./vault/browser-vault.ts";
import type { OpenVault } from "./vault/vault.ts";
import { browserPasskeys, type PasskeyPlatform } from "./ways-in/passkey-platform.ts";

/** What the client takes from its surroundings, so that tests can give it others. */
export interface Environment {
  /** Where the server is, such as `https://calls.example.org`: no path, no slash at the end. */
  origin: string;
  fetch: typeof globalThis.fetch;
  openWebSocket(url: string): WebSocket;
  /** Posts nothing to a path, also from a page that is closing. */
  sendBeacon(path: string): void;
  page: Page;
  storage: Pick<Storage, "getItem" | "setItem">;
  openVault: OpenVault;
  /** null where the platform has none. */
  locks: LockManager | null;
  /** What the tabs of one profile tell each other by; null where the platform has none. */
  tabs: BroadcastChannel | null;
  media: MediaParts;
  push: PushPlatform;
  passkeys: PasskeyPlatform;
  /** What a person tries outside of a call. */
  trying: DeviceCheckParts & { measureLoop: MeasureLoop };
}

/**
 * The page's own surroundings.
 *
 * @param workerPath the service worker's script; null where there is none, as in development
 */
export function browserEnvironment(workerPath: string | null): Environment {
  const page = browserPage();
  const mediaParts = {
    devices: navigator.mediaDevices,
    memory: new DeviceMemory(localStorage),
    hasSpeakers: mayChooseSpeaker(),
    openLevelMeter: browserLevelMeter,
  };
  return {
    origin: location.origin,
    fetch: (...request) => fetch(...request),
    openWebSocket: (url) => new WebSocket(url),
    sendBeacon: (path) => void navigator.sendBeacon(path),
    page,
    storage: localStorage,
    openVault: browserVault,
    // Absent, whatever its type says, where the page came over plain HTTP.
    locks: "locks" in navigator ? navigator.locks : null,
    push: browserPush(workerPath),
    passkeys: browserPasskeys(),
    tabs: "BroadcastChannel" in globalThis ? new BroadcastChannel("ringfence-call") : null,
    media: {
      openPeer: (call, events) => new BrowserPeer(call, events),
      openMedia: (events) => new BrowserMedia(mediaParts, events),
      openRemoteAudio: (onHeld) => browserRemoteAudio(page, onHeld),
      sound: browserSound(),
      keepAwake: (signal) => keepAwake(page, signal),
      now: () => performance.now(),
    },
    trying: {
      devices: navigator.mediaDevices,
      openLevelMeter: browserLevelMeter,
      measureLoop,
    },
  };
}
