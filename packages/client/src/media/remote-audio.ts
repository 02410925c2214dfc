/** Plays the other side's sound. */
export interface RemoteAudio {
  /** null where the platform offers no choice of speaker. */
  readonly speaker: string | null;
  play(track: MediaStreamTrack): void;
  chooseSpeaker(id: string): Promise<void>;
  close(): void;
}

/**
 * An audio element of its own: the picture beside it may come and go. The call began with a tap of
 * the person, so that the browser lets it play.
 */
export function browserRemoteAudio(): RemoteAudio {
  const audio = new Audio();
  let speaker = "setSinkId" in audio ? "default" : null;
  return {
    get speaker() {
      return speaker;
    },
    play(track) {
      audio.srcObject = new MediaStream([track]);
      // Refused only without any gesture; the element then plays with the next one by itself.
      audio.autoplay = true;
      void audio.play().catch(() => {});
    },
    async chooseSpeaker(id) {
      if (speaker === null) return;
      try {
        await audio.setSinkId(id);
        speaker = id;
      } catch {
        // It went away meanwhile: the sound stays where it is.
      }
    },
    close() {
      audio.pause();
      audio.srcObject = null;
    },
  };
}
