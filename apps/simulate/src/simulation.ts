import { Dice } from "./dice.ts";
import type { Door } from "./door.ts";
import { simulationLimits } from "./limits.ts";
import { makeReport } from "./make-report.ts";
import { pass } from "./news.ts";
import type { SimulationOptions } from "./options.ts";
import type { SimulationReport } from "./report.ts";
import type { Watched } from "./server-cost.ts";
import { readServerFigures, type ServerFigures } from "./server-figures.ts";
import type { Tally } from "./tally.ts";
import { Town } from "./town.ts";
import { Traffic } from "./traffic.ts";

/** What is going on, for whoever waits. */
export type Stage = "gathering" | "watching idle people" | "calling" | "removing";

interface SimulationParts {
  readonly options: SimulationOptions;
  readonly door: Door;
  readonly tally: Tally;
  /** Somebody wants it to end: in order, and soon. */
  readonly stop: AbortSignal;
  /** Called with each stage. */
  readonly watch: (stage: Stage, town: Town, traffic: Traffic) => void;
}

/**
 * People sign up, make friends, write and call, and leave again without a trace.
 *
 * @throws SimulationError `no-people`
 */
export async function simulate(parts: SimulationParts): Promise<SimulationReport> {
  const { options, door, tally, stop, watch } = parts;
  const { code, invitation, mediaShare, minutes } = options;
  const dice = new Dice(options.seed);
  // Nearly forty megabytes, for those who want no sound.
  const openSound = mediaShare === 0 ? noSound : await loadSound();
  const traffic = new Traffic({ ...options, dice, tally, openSound });
  const town = new Town(options.people, { door, code, dice, tally, invitation, listener: traffic });
  const figures = () => readServerFigures(door, options.metricsToken);

  const before = await figures();
  const waitToMeasure = async (waitMs: number) => {
    if (before !== null) await pass(waitMs, stop);
  };
  let [idle, busy, after]: (ServerFigures | null)[] = [];
  let connected = 0;
  let calling = measureUntil(AbortSignal.abort());
  try {
    watch("gathering", town, traffic);
    await town.gather(AbortSignal.any([stop, AbortSignal.timeout(gatherMsMax(options.people))]));
    connected = town.connected;
    watch("watching idle people", town, traffic);
    await waitToMeasure(simulationLimits.quietenMs);
    idle = await figures();
    await waitToMeasure(Math.min(simulationLimits.idleWatchMs, minutes * 30_000));
    busy = await figures();
    watch("calling", town, traffic);
    const over = AbortSignal.any([stop, AbortSignal.timeout(minutes * 60_000)]);
    calling = measureUntil(over);
    const settled = town.people.filter(({ hasAccount }) => hasAccount);
    await traffic.flow(settled, over);
    await waitToMeasure(simulationLimits.quietenMs);
    after = await figures();
  } finally {
    watch("removing", town, traffic);
    await town.remove();
  }
  return makeReport(options, tally, {
    wasStopped: stop.aborted,
    connected,
    left: town.accounts,
    callsAtOnceMax: traffic.callsAtOnceMax,
    calling: calling.taken,
    watched: watchedOf([before, idle, busy, after]),
  });
}

/** Those who are there by then go on without the others. */
function gatherMsMax(people: number): number {
  return simulationLimits.gatherMsMin + people * simulationLimits.gatherMsPerPerson;
}

/** What this process took until the signal, and for how long that was. */
function measureUntil(signal: AbortSignal) {
  const [beganAtMs, cpuBefore] = [performance.now(), process.cpuUsage()];
  const measured = { taken: { seconds: 0, cpuSeconds: 0, residentBytes: 0 } };
  signal.addEventListener("abort", () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    measured.taken = {
      seconds: (performance.now() - beganAtMs) / 1_000,
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
    };
  });
  return measured;
}

/** null where the server did not tell, or was not asked any more. */
function watchedOf([before, idle, busy, after]: (
  | ServerFigures
  | null
  | undefined
)[]): Watched | null {
  if (!before || !idle || !busy || !after) return null;
  return { before, idle, busy, after };
}

async function loadSound() {
  const { SoundingPeer } = await import("./sounding-peer.ts");
  return (...call: ConstructorParameters<typeof SoundingPeer>) => new SoundingPeer(...call);
}

function noSound(): never {
  throw new TypeError("no call was to have sound");
}
