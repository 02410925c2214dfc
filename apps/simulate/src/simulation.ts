import { Dice } from "./dice.ts";
import type { Door } from "./door.ts";
import { simulationLimits } from "./limits.ts";
import { pass } from "./news.ts";
import type { SimulationOptions } from "./options.ts";
import type { SimulationReport } from "./report.ts";
import { costOf, type Watched } from "./server-cost.ts";
import { readServerFigures, type ServerFigures } from "./server-figures.ts";
import { type Tally, waits } from "./tally.ts";
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
  /** Called with each stage, and asked again and again what there is. */
  readonly watch: (stage: Stage, town: Town, traffic: Traffic) => void;
}

/**
 * People sign up, make friends, write and call, and leave again without a trace.
 *
 * @throws SimulationError `no-people`
 */
export async function simulate(parts: SimulationParts): Promise<SimulationReport> {
  const { options, door, tally, stop, watch } = parts;
  const { code, invitation, mediaShare } = options;
  const dice = new Dice(options.seed);
  // Some eight megabytes, and a second of start, for those who want no sound.
  const openSound = mediaShare === 0 ? noSound : await loadSound();
  const traffic = new Traffic({ ...options, dice, tally, openSound });
  const town = new Town(options.people, { door, code, dice, tally, invitation, listener: traffic });
  const figures = () => readServerFigures(door, options.metricsToken);

  const before = await figures();
  let [idle, busy, after]: (ServerFigures | null)[] = [];
  let [connected, callSeconds] = [0, 0];
  try {
    watch("gathering", town, traffic);
    await town.gather(AbortSignal.any([stop, AbortSignal.timeout(gatherMsMax(options.people))]));
    connected = town.connected;
    watch("watching idle people", town, traffic);
    if (before !== null) await pass(simulationLimits.quietenMs, stop);
    idle = await figures();
    const idleMs = Math.min(simulationLimits.idleWatchMs, options.minutes * 30_000);
    if (before !== null) await pass(idleMs, stop);
    busy = await figures();
    watch("calling", town, traffic);
    const beganAt = performance.now();
    const over = AbortSignal.any([stop, AbortSignal.timeout(options.minutes * 60_000)]);
    over.addEventListener("abort", () => (callSeconds = (performance.now() - beganAt) / 1_000));
    await traffic.flow(
      town.people.filter(({ hasAccount }) => hasAccount),
      over,
    );
    if (before !== null) await pass(simulationLimits.quietenMs, stop);
    after = await figures();
  } finally {
    watch("removing", town, traffic);
    await town.remove();
  }

  const { callsBegun: begun } = tally;
  const watched = watchedOf([before, idle, busy, after]);
  return {
    version: 1,
    target: options.origin,
    seed: options.seed,
    mix: options.mix,
    wasStopped: stop.aborted,
    people: { asked: options.people, connected, left: town.accounts },
    calls: {
      perSecondAsked: options.callsPerSecond,
      perSecond: callSeconds === 0 ? 0 : Math.round((begun / callSeconds) * 100) / 100,
      seconds: Math.round(callSeconds * 10) / 10,
      begun,
      atOnceMax: traffic.callsAtOnceMax,
      ...tally.ended,
      failed: tally.callsFailed,
      cutShort: tally.callsCutShort,
      notBegun: tally.callsNotBegun,
    },
    messages: { sent: tally.messagesSent, delivered: tally.messagesDelivered },
    media: {
      ...tally.media,
      relayPackets:
        watched === null ? null : watched.after.relayPackets - watched.before.relayPackets,
    },
    waitsMs: Object.fromEntries(waits.map((name) => [name, tally.waitsMs[name].summary()])),
    errors: Object.fromEntries(byName([...tally.faults])),
    server: watched === null || connected === 0 ? null : costOf(watched, connected, begun),
  };
}

function byName(faults: readonly [string, number][]): [string, number][] {
  return faults.toSorted(([one], [other]) => (one < other ? -1 : 1));
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

/** Those who are there by then go on without the others. */
function gatherMsMax(people: number): number {
  return simulationLimits.gatherMsMin + people * simulationLimits.gatherMsPerPerson;
}

async function loadSound() {
  const { SoundingPeer } = await import("./sounding-peer.ts");
  return (...call: ConstructorParameters<typeof SoundingPeer>) => new SoundingPeer(...call);
}

function noSound(): never {
  throw new TypeError("no call was to have sound");
}
