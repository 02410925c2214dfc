import { expect, test } from "vitest";
import { spoiledCall } from "./spoiled-calls.ts";
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
    const outcomes = new Map<string, number>();
    for (let seed = firstSeed; seed < firstSeed + calls; seed++) {
      // In turns, so that neither has rung in vain too often.
      const people = seed % 2 === 0 ? ([alice, bob] as const) : ([bob, alice] as const);
      const { ended, faults, done } = await spoiledCall(world, people, seed);
      outcomes.set(ended, (outcomes.get(ended) ?? 0) + 1);
      if (process.env["X"]) {
        if (faults.length) console.log(seed, ended, faults, done);
        continue;
      }
      expect({ seed, ended, faults, done: faults.length > 0 ? done : [] }).toEqual({
        seed,
        ended,
        faults: [],
        done: [],
      });
    }
    console.log(Object.fromEntries(outcomes));
  },
);
