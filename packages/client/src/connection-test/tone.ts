/** A sound that is sent and never played here. */
export interface Tone {
  readonly track: MediaStreamTrack;
  /** False where the browser lets this page make no sound: it then sends nothing either. */
  isRunning(): boolean;
  close(): void;
}

const hertz = 440;
const volume = 0.1;

export function openTone(): Tone {
  const context = new AudioContext();
  const wave = context.createOscillator();
  wave.frequency.value = hertz;
  const gain = context.createGain();
  gain.gain.value = volume;
  const destination = context.createMediaStreamDestination();
  wave.connect(gain).connect(destination);
  wave.start();
  const [track] = destination.stream.getAudioTracks();
  if (track === undefined) throw new Error("this browser makes no track of a sound");
  return {
    track,
    isRunning: () => context.state === "running",
    close() {
      track.stop();
      void context.close();
    },
  };
}
