import { expect, test } from "vitest";
import { type SpoiledCall, spoiledCall } from "./spoiled-calls.ts";
import { HostileWorld } from "./world.ts";

/** `npm run sweep:hostile` makes many. */
const calls = Number(process.env["HOSTILE_CALLS"] ?? 20);
const firstSeed = Number(process.env["HOSTILE_SEED"] ?? 1);

test(
  "whatever a server does to messages, two who know each other speak to each other or to nobody",
  { timeout: 30_000 + calls * 5_000 },
  async () => {
    await using world = await HostileWorld.open();
    const [alice, bob] = await world.mutuals("alice", "bob");
    const made: SpoiledCall[] = [];
    for (let seed = firstSeed; seed < firstSeed + calls; seed++) {
      // In turns, so that neither has rung in vain too often.
      const people = seed % 2 === 0 ? ([alice, bob] as const) : ([bob, alice] as const);
      made.push(await spoiledCall(world, people, seed));
    }
    expect(made.filter(({ faults }) => faults.length > 0)).toEqual([]);
    // Most calls survive what is done to them, or this shows little.
    const spoke = made.filter(({ ended }) => ended === "connected / connected");
    expect(spoke.length).toBeGreaterThan(calls / 4);
  },
);
