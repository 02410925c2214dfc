import type { Page } from "../page.ts";

/** Plays the other side's sound. */
export interface RemoteAudio {
  play(track: MediaStreamTrack): void;
  /** @param id as `enumerateDevices` gives it; "" for where the system plays what it plays */
  useSpeaker(id: string): void;
  close(): void;
}

/** @param onHeld whether the browser plays nothing before the person touches the page */
export type OpenRemoteAudio = (onHeld: (isHeld: boolean) => void) => RemoteAudio;

/** Whether this platform lets a page choose where it is heard: phones do not. */
export function mayChooseSpeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/**
 * An audio element of its own: the picture beside it may come and go. A call that began with a tap
 * on this page is heard at once; one that was accepted in a notification, in some browsers, only
 * after the next gesture.
 */
export function browserRemoteAudio(
  page: Page,
  onHeld: (isHeld: boolean) => void,
): ReturnType<OpenRemoteAudio> {
  const audio = new Audio();
  const scope = new AbortController();
  let isHeld = false;
  async function begin(): Promise<void> {
    let isRefused = false;
    try {
      await audio.play();
    } catch (error) {
      // Otherwise another track has taken this one's place, and is played.
      isRefused = error instanceof DOMException && error.name === "NotAllowedError";
    }
    if (isRefused === isHeld || scope.signal.aborted) return;
    isHeld = isRefused;
    onHeld(isHeld);
  }
  const onGesture = () => {
    if (isHeld) void begin();
  };
  page.on("gesture", onGesture, scope.signal);
  return {
    play(track) {
      audio.srcObject = new MediaStream([track]);
      audio.autoplay = true;
      void begin();
    },
    useSpeaker(id) {
      if (!mayChooseSpeaker()) return;
      // It went away meanwhile: the list says so, and another one is used.
      void audio.setSinkId(id).catch(() => {});
    },
    close() {
      scope.abort();
      audio.pause();
      audio.srcObject = null;
    },
  };
}
