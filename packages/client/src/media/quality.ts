import type { CallRoute } from "@ringfence/protocol";
import type { CallQuality, QualityCause } from "../calls/calls-snapshot.ts";
import { clientLimits } from "../limits.ts";

/** What the browser counted on one connection so far. */
export interface Measurement {
  audioPacketsReceived: number;
  audioPacketsLost: number;
  jitterMs: number;
  /** null until something was measured. */
  roundTripMs: number | null;
  /** What the pair in use is; null until there is one. */
  path: CallRoute | null;
  /** Of the camera that is watched. */
  cameraFramesDecoded: number;
  /** How this side's own sound arrives, as the other side reports it; null until it does. */
  sentAudio: { loss: number; roundTripMs: number } | null;
}

export const nothingMeasured: Measurement = {
  audioPacketsReceived: 0,
  audioPacketsLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  path: null,
  cameraFramesDecoded: 0,
  sentAudio: null,
};

/**
 * Reads the browser's statistics (W3C webrtc-stats) of the audio, the other side's camera and the
 * pair in use.
 *
 * @param cameraTrackId the track that the other side's camera comes in
 */
export function readMeasurement(
  report: Iterable<[string, unknown]>,
  cameraTrackId?: string,
): Measurement {
  const measurement = { ...nothingMeasured };
  const entries = Array.from(report, ([, entry]) => entry as Stats);
  // Pairs that were nominated before the one in use stay in the report.
  const selected = entries.find((stats) => stats.selectedCandidatePairId !== undefined);
  for (const stats of entries) {
    if (stats.type === "inbound-rtp" && stats.kind === "audio") {
      measurement.audioPacketsReceived += stats.packetsReceived ?? 0;
      measurement.audioPacketsLost += stats.packetsLost ?? 0;
      measurement.jitterMs = (stats.jitter ?? 0) * 1_000;
    }
    if (stats.type === "inbound-rtp" && stats.trackIdentifier === cameraTrackId) {
      measurement.cameraFramesDecoded = stats.framesDecoded ?? 0;
    }
    if (stats.type === "remote-inbound-rtp" && stats.kind === "audio") {
      const roundTripMs = (stats.roundTripTime ?? 0) * 1_000;
      measurement.sentAudio = { loss: stats.fractionLost ?? 0, roundTripMs };
    }
    const isInUse = selected === undefined || stats.id === selected.selectedCandidatePairId;
    if (stats.type === "candidate-pair" && stats.nominated === true && isInUse) {
      const seconds = stats.currentRoundTripTime;
      if (seconds !== undefined) measurement.roundTripMs = seconds * 1_000;
      const ends = entries.filter(({ id }) => isEndOf(stats, id));
      const isRelayed = ends.some((end) => end.candidateType === "relay");
      if (ends.length === 2) measurement.path = isRelayed ? "relayed" : "direct";
    }
  }
  return measurement;
}

/** What is read of an entry; each kind of entry has some of it. */
interface Stats {
  type: string;
  id: string;
  kind?: string;
  packetsReceived?: number;
  packetsLost?: number;
  /** Seconds. */
  jitter?: number;
  framesDecoded?: number;
  trackIdentifier?: string;
  /** Seconds. */
  roundTripTime?: number;
  /** A share. */
  fractionLost?: number;
  nominated?: boolean;
  /** Seconds. */
  currentRoundTripTime?: number;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
}

function isEndOf({ localCandidateId, remoteCandidateId }: Stats, id: string): boolean {
  return id === localCandidateId || id === remoteCandidateId;
}

interface Judgement {
  quality: CallQuality;
  cause: QualityCause | null;
}

/** The quality between two measurements, in words, and what is worst about it. */
export function judgeQuality(before: Measurement, now: Measurement): Judgement {
  const received = now.audioPacketsReceived - before.audioPacketsReceived;
  // A packet that comes late after all makes the count of lost ones fall.
  const lost = Math.max(0, now.audioPacketsLost - before.audioPacketsLost);
  if (now.roundTripMs === null && received + lost === 0) return { quality: "unknown", cause: null };
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  const roundTripMs = now.roundTripMs ?? 0;
  const causeOver = (limit: { loss: number; roundTripMs: number; jitterMs: number }) => {
    if (loss > limit.loss) return "loss";
    if (roundTripMs > limit.roundTripMs) return "delay";
    return now.jitterMs > limit.jitterMs ? "jitter" : null;
  };
  const poor = causeOver(clientLimits.poorQuality);
  if (poor !== null) return { quality: "poor", cause: poor };
  const fair = causeOver(clientLimits.fairQuality);
  return { quality: fair === null ? "good" : "fair", cause: fair };
}
