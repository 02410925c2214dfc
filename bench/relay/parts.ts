import type { Bench } from "./bench.ts";
import { measureFairness } from "./fairness.ts";
import { measureLatency } from "./latency.ts";
import { measureLoad } from "./loads.ts";
import { measureMemory } from "./memory.ts";
import { measureSilence } from "./silence.ts";
import { measureStreams } from "./streams.ts";
import { measureSweep } from "./sweep.ts";

/** The parts of the benchmark, in the order in which they run. */
export const parts = {
  saturated: (bench: Bench) => measureLoad(bench, "saturated"),
  video: (bench: Bench) => measureLoad(bench, "video"),
  videoAwake: (bench: Bench) => measureLoad(bench, "videoAwake"),
  audio: (bench: Bench) => measureLoad(bench, "audio"),
  audioAwake: (bench: Bench) => measureLoad(bench, "audioAwake"),
  latency: measureLatency,
  sweep: measureSweep,
  fairness: measureFairness,
  streams: measureStreams,
  silence: measureSilence,
  memory: measureMemory,
} as const;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as readonly PartName[];

/** What a part came to. */
export type Runs<Name extends PartName> = Awaited<ReturnType<(typeof parts)[Name]>>;
