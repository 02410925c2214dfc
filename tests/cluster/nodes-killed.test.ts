import { expect, test } from "vitest";
import { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";
import type { ApplicationProcess } from "../durability/application-process.ts";
import { callAndKill, spread } from "../durability/killed-call.ts";
import { PatientRing } from "../durability/patient-ring.ts";
import { type Devices, signUpAll } from "../durability/people.ts";
import { planOf } from "../durability/plan.ts";
import { hasPrograms, startCluster } from "./cluster.ts";
import type { Front } from "./front.ts";

/**
 * `kill -9` of a node at every point of a call between people of two nodes: real processes, PostgreSQL
 * and NATS. `npm run sweep:nodes` does it 200 times; here is a small slice. `KILL_FIRST_SEED=812
 * KILL_RUNS=1` does the one that a failure names.
 */
const runs = Number(process.env["KILL_RUNS"] ?? 6);
const firstSeed = Number(process.env["KILL_FIRST_SEED"] ?? 1);
const inSyncMsMax = 60_000;

const victims = ["the caller's", "the callee's", "both"] as const;
type Victim = (typeof victims)[number];

test.runIf(hasPrograms())(
  `${runs} kills of nodes lose nothing that was said, and no device rings beyond its time`,
  { timeout: 240_000 + runs * 30_000, retry: 0 },
  async () => {
    await using owned = new AsyncDisposableStack();
    const cluster = owned.use(await startCluster(3));
    const [one, other, third] = cluster.nodes;
    if (one === undefined || other === undefined || third === undefined)
      throw new Error("no nodes");
    const homes = { alice: one, bob: other, bobsLaptop: third, carol: one, dave: other };
    const fronts = new Map<ApplicationProcess, Front>();
    for (const node of cluster.nodes) fronts.set(node, await cluster.frontTo(node));
    const devices = await signUpAll((name) => fronts.get(homes[name])?.origin ?? "");
    for (const device of Object.values(devices)) owned.use(device);
    const patient = new PatientRing(devices.carol, devices.dave);
    const inSync: number[] = [];
    const killed = new Map<string, number>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = new RandomSource(seed);
      const plan = planOf(seed, random);
      const victim: Victim = random.pick(victims);
      await gather();
      const fault = await callAndKill(plan, devices, async () => {
        const dying = { "the caller's": [one], "the callee's": [other], both: [one, other] }[
          victim
        ];
        const startedAt = performance.now();
        const moved = Object.entries(homes).flatMap(([name, home]) =>
          dying.includes(home) ? [devices[name as keyof Devices]] : [],
        );
        const before = moved.map(({ welcomes }) => welcomes);
        await Promise.all(dying.map((node) => node.kill()));
        const areWelcome = () =>
          moved.every((device, index) => device.welcomes > (before[index] ?? 0));
        await expect.poll(areWelcome, { timeout: inSyncMsMax, interval: 20 }).toBe(true);
        inSync.push(Math.max(...moved.map(({ welcomedAt }) => welcomedAt)) - startedAt);
        await Promise.all(dying.map((node) => node.startAgain()));
      });
      const faults = [
        ...Object.values(devices).flatMap((device) => device.faults),
        ...patient.faults,
      ];
      const run = { plan, victim };
      expect({ run, fault, faults }).toEqual({ run, fault: null, faults: [] });
      killed.set(victim, (killed.get(victim) ?? 0) + 1);
    }
    console.log(
      [
        `Killed ${[...killed].map(([victim, count]) => `${victim} ${count}`).join(", ")}.`,
        `Every device in sync on another node ${spread(inSync)} after the kill.`,
        `${patient.endedCount} rings ended over these kills, at most ${patient.worstMs} ms late.`,
      ].join("\n"),
    );

    /** Everybody on their own node again. */
    async function gather(): Promise<void> {
      await cluster.untilReady();
      for (const [node, front] of fronts) front.turnTo(cluster.portsFrom(node));
      const areThere = () => Object.values(devices).every(({ isOpen }) => isOpen);
      await expect.poll(areThere, { timeout: inSyncMsMax, interval: 20 }).toBe(true);
    }
  },
);
