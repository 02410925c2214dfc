import { expect, test } from "vitest";
import { HostileWorld } from "./world.ts";

test("two honest people in the simulated world hear each other", async () => {
  await using world = await HostileWorld.open();
  const [alice, bob] = await world.mutuals("alice", "bob");
  await alice.ringAt("bob");
  await bob.accept();
  const isUp = () => alice.current?.phase === "connected" && bob.current?.phase === "connected";
  await world.busyness.until(isUp, 10_000);
  expect([alice.current?.phase, bob.current?.phase]).toEqual(["connected", "connected"]);
  expect(alice.heard).toBeGreaterThan(0);
});
