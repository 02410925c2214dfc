import { setTimeout as wait } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";
import type { ApplicationProcess } from "../durability/application-process.ts";
import { callAndKill, spread } from "../durability/killed-call.ts";
import { PatientRing } from "../durability/patient-ring.ts";
import { type Devices, signUpAll } from "../durability/people.ts";
import { planOf } from "../durability/plan.ts";
import type { SteadyDevice } from "../durability/steady-device.ts";
import { type Cluster, hasPrograms, startCluster } from "./cluster.ts";
import type { Front } from "./front.ts";

/**
 * `kill -9` of a node, or of the bus, at every point of a call between people of two nodes: real
 * processes, PostgreSQL and NATS. `npm run sweep:nodes` does it 200 times; here is a small slice.
 * `KILL_FIRST_SEED=812 KILL_RUNS=1` does the one that a failure names.
 */
const runs = Number(process.env["KILL_RUNS"] ?? 8);
const firstSeed = Number(process.env["KILL_FIRST_SEED"] ?? 1);
const patience = { timeout: 60_000, interval: 20 };
/** For how long the bus is away. */
const busAwayMs = 500;

const victims = ["the caller's node", "the callee's node", "both nodes", "the bus"] as const;
type Victim = (typeof victims)[number];

test.runIf(hasPrograms())(
  `${runs} kills in a cluster lose nothing that was said, and no device rings beyond its time`,
  { timeout: 240_000 + runs * 30_000, retry: 0 },
  async () => {
    await using owned = new AsyncDisposableStack();
    const community = await openCommunity(owned);
    const { devices } = community;
    const patient = new PatientRing(devices.carol, devices.dave);
    const inSync = new Map<Victim, number[]>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = new RandomSource(seed);
      const plan = planOf(seed, random);
      const victim = random.pick(victims);
      await community.gather();
      const fault = await callAndKill(plan, devices, async () => {
        const inSyncMs = await community.lose(victim);
        inSync.set(victim, [...(inSync.get(victim) ?? []), inSyncMs]);
      });
      const faults = [...Object.values(devices).flatMap((one) => one.faults), ...patient.faults];
      const run = { plan, victim };
      expect({ run, fault, faults }).toEqual({ run, fault: null, faults: [] });
    }
    const lines = [...inSync].map(
      ([victim, ms]) => `Killed ${victim} ${ms.length} times: all in sync ${spread(ms)} later.`,
    );
    const rings = `${patient.endedCount} rings ended over these kills, at most ${patient.worstMs} ms late.`;
    console.log([...lines, rings].join("\n"));
  },
);

/** Three nodes, people who are at home at one each, and what can happen to all that. */
class Community {
  readonly devices: Devices;
  readonly #cluster: Cluster;
  readonly #homes: Record<keyof Devices, ApplicationProcess>;
  readonly #fronts: ReadonlyMap<ApplicationProcess, Front>;

  constructor(
    cluster: Cluster,
    devices: Devices,
    homes: Record<keyof Devices, ApplicationProcess>,
    fronts: ReadonlyMap<ApplicationProcess, Front>,
  ) {
    this.devices = devices;
    this.#cluster = cluster;
    this.#homes = homes;
    this.#fronts = fronts;
  }

  /** Everything runs, and everybody is at home. */
  async gather(): Promise<void> {
    await this.#cluster.untilReady();
    const cut = [...this.#fronts].flatMap(([node, front]) =>
      front.turnTo(this.#cluster.portsFrom(node)) ? this.#at(node) : [],
    );
    await vi.waitUntil(welcomedAnew(cut), patience);
  }

  /** @returns after how many milliseconds whoever lost something knew all again */
  async lose(victim: Victim): Promise<number> {
    const { alice, bob } = this.#homes;
    switch (victim) {
      case "the caller's node":
        return this.#loseNodes([alice]);
      case "the callee's node":
        return this.#loseNodes([bob]);
      case "both nodes":
        return this.#loseNodes([alice, bob]);
      case "the bus":
        return this.#loseBus();
    }
  }

  #at(node: ApplicationProcess): SteadyDevice[] {
    const names = Object.keys(this.#homes) as (keyof Devices)[];
    return names.filter((name) => this.#homes[name] === node).map((name) => this.devices[name]);
  }

  async #loseNodes(dying: readonly ApplicationProcess[]): Promise<number> {
    const areWelcome = welcomedAnew(dying.flatMap((node) => this.#at(node)));
    const startedAt = performance.now();
    await Promise.all(dying.map((node) => node.kill()));
    await vi.waitUntil(areWelcome, patience);
    const inSyncMs = performance.now() - startedAt;
    await Promise.all(dying.map((node) => node.startAgain()));
    return inSyncMs;
  }

  /** No socket is closed; whoever missed something is told so. */
  async #loseBus(): Promise<number> {
    const { nats, untilReady } = this.#cluster;
    await nats.stop();
    await wait(busAwayMs);
    const startedAt = performance.now();
    await nats.start();
    await untilReady();
    return performance.now() - startedAt;
  }
}

/** Alice, Carol at one node, Bob, Dave at another, Bob's laptop at the third. */
async function openCommunity(owned: AsyncDisposableStack): Promise<Community> {
  const cluster = owned.use(await startCluster(3));
  const [one, other, third] = cluster.nodes;
  if (one === undefined || other === undefined || third === undefined) throw new Error("no nodes");
  const homes = { alice: one, bob: other, bobsLaptop: third, carol: one, dave: other };
  const fronts = new Map<ApplicationProcess, Front>();
  for (const node of cluster.nodes) fronts.set(node, await cluster.frontTo(node));
  const devices = await signUpAll((name) => fronts.get(homes[name])?.origin ?? "");
  for (const device of Object.values(devices)) owned.use(device);
  return new Community(cluster, devices, homes, fronts);
}

function welcomedAnew(devices: readonly SteadyDevice[]): () => boolean {
  const before = devices.map(({ welcomes }) => welcomes);
  return () => devices.every(({ welcomes }, index) => welcomes > (before[index] ?? 0));
}
