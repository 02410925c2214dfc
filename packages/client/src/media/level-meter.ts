import { clientLimits } from "../limits.ts";
import { levelOf } from "./speech.ts";

/**
 * Tells how loud a track is, several times a second, until the returned function is called.
 *
 * @param onLevel takes 0 (-60 dB or less) to 1 (as loud as it gets)
 */
export type OpenLevelMeter = (
  track: MediaStreamTrack,
  onLevel: (level: number) => void,
) => () => void;

/**
 * A muted track gives silence, so a copy is listened to, which goes nowhere but into this number. It
 * begins after a gesture of the person, so that the browser lets it run.
 */
export const browserLevelMeter: OpenLevelMeter = (track, onLevel) => {
  const context = new AudioContext();
  const copy = track.clone();
  copy.enabled = true;
  const analyser = context.createAnalyser();
  analyser.fftSize = 1_024;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, clientLimits.levelPollMs);
  return () => {
    clearInterval(timer);
    copy.stop();
    void context.close();
  };
};
