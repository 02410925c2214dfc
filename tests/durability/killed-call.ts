import { expect } from "vitest";
import type { Devices } from "./people.ts";
import type { Plan } from "./plan.ts";
import { TwoPeople } from "./two-people.ts";

const overMsMax = 120_000;

/**
 * One call of Alice and Bob in which something dies at the point that was planned.
 *
 * @param die what happens there; resolves when everything is as it was before
 * @returns what went wrong, in words
 */
export async function callAndKill(
  plan: Plan,
  { alice, bob, bobsLaptop }: Devices,
  die: () => Promise<void>,
): Promise<string | null> {
  const deaths: Promise<void>[] = [];
  const dieSoon = async () => {
    await new Promise((resolve) => setTimeout(resolve, plan.delayMs));
    await die();
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

/** The middle and the end of some times, in words. */
export function spread(ms: number[]): string {
  const sorted = ms.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${at(0.5)} ms (median), ${at(1)} ms (longest)`;
}
