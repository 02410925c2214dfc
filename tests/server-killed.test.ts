import { expect, test } from "vitest";
import { acquaint, request, signIn, signUp } from "../apps/server/src/accounts/test-people.ts";
import { RandomSource } from "../packages/call/src/test/simulation/random-source.ts";
import { type DyingServer, openDyingServer } from "./durability/dying-server.ts";
import { PatientRing } from "./durability/patient-ring.ts";
import { type Plan, planOf } from "./durability/plan.ts";
import { SteadyDevice } from "./durability/steady-device.ts";
import { TwoPeople } from "./durability/two-people.ts";

/**
 * `kill -9` of the application at every point of a call, with real processes, sockets and a disk.
 * `npm run sweep:kill` does it 200 times; here is a small slice. `KILL_FIRST_SEED=812 KILL_RUNS=1` does
 * the one that a failure names.
 */
const runs = Number(process.env["KILL_RUNS"] ?? 6);
const firstSeed = Number(process.env["KILL_FIRST_SEED"] ?? 1);
/** What was promised is 5 s from the start of the new process. A busy machine is given more. */
const inSyncMsMax = 60_000;
const overMsMax = 120_000;

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
    const server = owned.use(await openDyingServer());
    const devices = await signUpAll(server.origin);
    for (const device of Object.values(devices)) owned.use(device);
    const patient = new PatientRing(devices.carol, devices.dave);
    const figures: Figures = { back: [], inSync: [] };
    const killedAt = new Map<string, number>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const plan = planOf(seed, new RandomSource(seed));
      const fault = await killOnce(server, plan, devices, figures);
      const faults = [...Object.values(devices).flatMap((one) => one.faults), ...patient.faults];
      expect({ plan, fault, faults }).toEqual({ plan, fault: null, faults: [] });
      killedAt.set(plan.point, (killedAt.get(plan.point) ?? 0) + 1);
    }
    console.log(summaryOf(figures, killedAt, patient));
  },
);

type Devices = Record<"alice" | "bob" | "bobsLaptop" | "carol" | "dave", SteadyDevice>;

/** Alice and Bob, who has a laptop too; Carol and Dave, who never picks up. */
async function signUpAll(origin: string): Promise<Devices> {
  const cookies = new Map<string, string>();
  for (const handle of ["alice", "bob", "carol", "dave"]) {
    cookies.set(handle, await signUp(origin, handle));
  }
  for (const [one, other] of [
    ["alice", "bob"],
    ["carol", "dave"],
  ] as const) {
    for (const [me, them] of [
      [one, other],
      [other, one],
    ] as const) {
      const cookie = cookies.get(me) ?? "";
      await acquaint(origin, cookie, them);
      // Else whoever is never answered would have to ask after three rings.
      await request(origin, cookie, "PATCH", "/api/settings/calls", { unansweredLimit: false });
    }
  }
  const open = (name: string, cookie = cookies.get(name) ?? "") =>
    new SteadyDevice(name, origin, cookie);
  return {
    alice: open("alice"),
    bob: open("bob"),
    bobsLaptop: open("bob's laptop", await signIn(origin, "bob")),
    carol: open("carol"),
    dave: open("dave"),
  };
}

/** One call and one kill. @returns what went wrong, in words */
async function killOnce(
  server: DyingServer,
  plan: Plan,
  { alice, bob, bobsLaptop, carol, dave }: Devices,
  figures: Figures,
): Promise<string | null> {
  await server.untilReady();
  const all = [alice, bob, bobsLaptop, carol, dave];
  const deaths: Promise<void>[] = [];
  const dieSoon = async () => {
    await new Promise((resolve) => setTimeout(resolve, plan.delayMs));
    await server.kill();
    const before = all.map(({ welcomes }) => welcomes);
    const startedAt = performance.now();
    await server.startAgain();
    figures.back.push(performance.now() - startedAt);
    const areWelcome = () => all.every((one, index) => one.welcomes > (before[index] ?? 0));
    await expect.poll(areWelcome, { timeout: inSyncMsMax, interval: 20 }).toBe(true);
    figures.inSync.push(Math.max(...all.map(({ welcomedAt }) => welcomedAt)) - startedAt);
  };
  const call = new TwoPeople(alice, bob, plan, (point) => {
    if (point !== plan.point || deaths.length > 0) return;
    const death = dieSoon();
    // Whoever waits for the call first hears of it below.
    death.catch(() => {});
    deaths.push(death);
  });
  await expect
    .poll(() => call.isOver, { timeout: overMsMax, interval: 20, message: JSON.stringify(plan) })
    .toBe(true);
  if (deaths.length === 0) return "its point never came";
  await Promise.all(deaths);
  const { callId } = call;
  if (callId === null) return "there was no call";
  const isStillThere = () => [alice, bob, bobsLaptop].some((one) => one.calls.has(callId));
  await expect.poll(isStillThere, { timeout: 5_000, interval: 20 }).toBe(false);
  return call.fault();
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

function spread(ms: number[]): string {
  const sorted = ms.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${at(0.5)} ms (median), ${at(1)} ms (longest)`;
}
