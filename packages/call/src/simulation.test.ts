import { expect, test } from "vitest";
import { faultsOf } from "./test/simulation/invariants.ts";
import { type Simulation, simulate } from "./test/simulation/simulation.ts";

/**
 * Many people and devices over a network that loses, delays, repeats and reorders, with a server
 * that dies before or after it saved. `SIMULATION_SEEDS=5000` runs more seeds, and
 * `SIMULATION_FIRST_SEED=812 SIMULATION_SEEDS=1` runs the one that a failure names.
 */
const seedCount = Number(process.env["SIMULATION_SEEDS"] ?? 300);
const firstSeed = Number(process.env["SIMULATION_FIRST_SEED"] ?? 1);

/** Runs every seed: the promises that were broken, and how often a call ended in which way. */
function simulateAll() {
  const outcomes = new Map<string, number>();
  const broken: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
    let simulation: Simulation;
    try {
      simulation = simulate(seed);
    } catch (error) {
      broken.push(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
      continue;
    }
    for (const fault of faultsOf(simulation)) broken.push(`seed ${seed}: ${fault}`);
    countOutcomes(simulation, outcomes);
  }
  return { broken, outcomes };
}

function countOutcomes({ server }: Simulation, outcomes: Map<string, number>): void {
  for (const { transitions } of server.histories.values()) {
    for (const effect of transitions.flatMap(({ effects }) => effects)) {
      const what = effect.type === "call-ended" ? effect.reason : effect.type;
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    }
  }
}

/** One takes about 4 ms. */
const timeout = 5_000 + 50 * seedCount;
const ways = ["no-answer", "missed", "declined", "cancelled", "declined-elsewhere"];
ways.push("answered-elsewhere", "hung-up", "failed", "lost", "revoked", "call-changed");

test(
  `${seedCount} seeds of bad weather break no promise and end calls in every way`,
  { timeout },
  () => {
    const { broken, outcomes } = simulateAll();
    expect(broken).toEqual([]);
    if (seedCount < 300) return;
    expect(ways.filter((way) => (outcomes.get(way) ?? 0) < 5)).toEqual([]);
  },
);
