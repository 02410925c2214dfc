/** Plays the other side's sound. */
export interface RemoteAudio {
  play(track: MediaStreamTrack): void;
  /** @param id as `enumerateDevices` gives it; "" for where the system plays what it plays */
  useSpeaker(id: string): void;
  close(): void;
}

/** Whether this platform lets a page choose where it is heard: phones do not. */
export function mayChooseSpeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/**
 * An audio element of its own: the picture beside it may come and go. The call began with a tap of
 * the person, so that the browser lets it play.
 */
export function browserRemoteAudio(): RemoteAudio {
  const audio = new Audio();
  return {
    play(track) {
      audio.srcObject = new MediaStream([track]);
      // Refused only without any gesture; the element then plays with the next one by itself.
      audio.autoplay = true;
      void audio.play().catch(() => {});
    },
    useSpeaker(id) {
      if (!mayChooseSpeaker()) return;
      // It went away meanwhile: the list says so, and another one is used.
      void audio.setSinkId(id).catch(() => {});
    },
    close() {
      audio.pause();
      audio.srcObject = null;
    },
  };
}
