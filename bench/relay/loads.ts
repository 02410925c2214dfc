import type { Bench } from "./bench.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import type { ServerName } from "./turn-server.ts";
import { type Load, type LoadFigures, refuseMeaningless, runTurnload } from "./turnload.ts";

export const loadNames = ["saturated", "video", "videoAwake", "audio", "audioAwake"] as const;
export type LoadName = (typeof loadNames)[number];

interface NamedLoad extends Load {
  readonly title: string;
  /** What this relay may cost, as a part of what coturn does. */
  readonly target: Readonly<Record<Exclude<ServerName, "coturn">, number>>;
}

const video = {
  pairs: 20,
  bytes: 1_100,
  pace: { type: "rate", perSecondEach: 300 },
  target: { portable: 1.6, batched: 0.45 },
} as const;
const audio = {
  pairs: 100,
  bytes: 160,
  pace: { type: "rate", perSecondEach: 50 },
  target: { portable: 1.6, batched: 0.45 },
} as const;

export const loads: Readonly<Record<LoadName, NamedLoad>> = {
  saturated: {
    title: "Saturated: 10 pairs, 160 B, 16 packets of each client under way",
    pairs: 10,
    bytes: 160,
    pace: { type: "window", inFlight: 16 },
    target: { portable: 1.3, batched: 0.4 },
  },
  video: { ...video, title: "Video: 20 pairs, 300 packets/s from each client, 1100 B" },
  videoAwake: { ...video, isAwake: true, title: "Video, to receivers that are awake" },
  audio: { ...audio, title: "Audio: 100 pairs, 50 packets/s from each client, 160 B" },
  audioAwake: { ...audio, isAwake: true, title: "Audio, to receivers that are awake" },
};

/** CPU for each packet, loss and time under one load. */
export function measureLoad(bench: Bench, name: LoadName): Promise<Rounds<LoadFigures>> {
  const { seconds, warmUpSeconds } = bench.scale;
  return runRounds(bench, bench.scale.rounds, async (server) => {
    const figures = await runTurnload(bench, await bench.fleet.get(server, bench), loads[name], {
      seconds,
      warmUpSeconds,
    });
    refuseMeaningless(figures);
    return figures;
  });
}
