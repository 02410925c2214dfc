import { expect, test } from "vitest";
import { RandomSource } from "../packages/call/src/test/simulation/random-source.ts";
import type { ApplicationProcess } from "./durability/application-process.ts";
import { openDyingServer } from "./durability/dying-server.ts";
import { callAndKill, spread } from "./durability/killed-call.ts";
import { PatientRing } from "./durability/patient-ring.ts";
import { type Devices, signUpAll } from "./durability/people.ts";
import { planOf } from "./durability/plan.ts";

/**
 * `kill -9` of the application at every point of a call, with real processes, sockets and a disk.
 * `npm run sweep:kill` does it 200 times; here is a small slice. `KILL_FIRST_SEED=812 KILL_RUNS=1` does
 * the one that a failure names.
 */
const runs = Number(process.env["KILL_RUNS"] ?? 6);
const firstSeed = Number(process.env["KILL_FIRST_SEED"] ?? 1);
/** What was promised is 5 s from the start of the new process. A busy machine is given more. */
const inSyncMsMax = 60_000;

interface Figures {
  /** From the start of the new process until it answers. */
  back: number[];
  /** From the start of the new process until every device was told all again. */
  inSync: number[];
}

test(
  `${runs} kills of the server lose nothing that was said, and no device rings beyond its time`,
  { timeout: 180_000 + runs * 30_000, retry: 0 },
  async () => {
    await using owned = new AsyncDisposableStack();
    const { application } = owned.use(await openDyingServer());
    const devices = await signUpAll(() => application.origin);
    for (const device of Object.values(devices)) owned.use(device);
    const patient = new PatientRing(devices.carol, devices.dave);
    const figures: Figures = { back: [], inSync: [] };
    const killedAt = new Map<string, number>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const plan = planOf(seed, new RandomSource(seed));
      await application.untilReady();
      const fault = await callAndKill(plan, devices, () =>
        killAndStartAgain(application, devices, figures),
      );
      const faults = [...Object.values(devices).flatMap((one) => one.faults), ...patient.faults];
      expect({ plan, fault, faults }).toEqual({ plan, fault: null, faults: [] });
      killedAt.set(plan.point, (killedAt.get(plan.point) ?? 0) + 1);
    }
    console.log(summaryOf(figures, killedAt, patient));
  },
);

async function killAndStartAgain(
  application: ApplicationProcess,
  devices: Devices,
  figures: Figures,
): Promise<void> {
  await application.kill();
  const all = Object.values(devices);
  const before = all.map(({ welcomes }) => welcomes);
  const startedAt = performance.now();
  await application.startAgain();
  figures.back.push(performance.now() - startedAt);
  const areWelcome = () => all.every((one, index) => one.welcomes > (before[index] ?? 0));
  await expect.poll(areWelcome, { timeout: inSyncMsMax, interval: 20 }).toBe(true);
  figures.inSync.push(Math.max(...all.map(({ welcomedAt }) => welcomedAt)) - startedAt);
}

function summaryOf({ back, inSync }: Figures, killedAt: Map<string, number>, patient: PatientRing) {
  const points = [...killedAt].map(([point, count]) => `${point} ${count}`).toSorted();
  return [
    `Killed ${inSync.length} times: ${points.join(", ")}.`,
    `Back ${spread(back)} after its start; every device in sync ${spread(inSync)} after its start.`,
    `Every device in sync ${spread(inSync.map((ms, run) => ms - (back[run] ?? 0)))} after it was back.`,
    `${patient.endedCount} rings ended over these kills, at most ${patient.worstMs} ms late.`,
  ].join("\n");
}
