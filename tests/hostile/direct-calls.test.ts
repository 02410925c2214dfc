import { afterEach, beforeEach, expect, test } from "vitest";
import { AnswerInTheirName } from "./answer-in-their-name.ts";
import { Keys } from "./impostor.ts";
import type { Tampering } from "./middle.ts";
import type { Profile } from "./profile.ts";
import { simulatedHome } from "./simulated-connection.ts";
import { HostileWorld } from "./world.ts";

/** Longer than a call that cannot connect is tried. */
const callMs = 8_000;

let world: HostileWorld;
let alice: Profile;
let bob: Profile;

beforeEach(async () => {
  world = await HostileWorld.open();
  [alice, bob] = await world.mutuals("alice", "bob");
  for (const { client } of [alice, bob]) await client.callSettings.change({ hideAddress: false });
  await world.busyness.settle();
});

afterEach(async () => {
  for (const { client } of [alice, bob]) client.close();
  await world[Symbol.asyncDispose]();
});

/** Alice rings, and Bob takes it. */
async function call(tampering: Tampering = {}): Promise<void> {
  world.middle.tampering = tampering;
  await alice.ringAt(bob.handle);
  await bob.accept();
  await world.busyness.pass(callMs);
}

/** Whether somebody said where their browser is, from this word of theirs on. */
function showsHome({ handle }: Profile, from = 0): boolean {
  return JSON.stringify(world.middle.saidBy(handle).slice(from)).includes(simulatedHome);
}

test("whoever takes a direct call is shown where the caller is, and shows it", async () => {
  await call();
  expect([showsHome(alice), showsHome(bob)]).toEqual([true, true]);
});

test("a device that is compared again is not shown where one is, and nothing is sent where it says that it is", async () => {
  await call();
  for (const one of [alice, bob]) one.client.calls.theyMatch(one.callId);
  await world.busyness.settle();
  for (const { client } of [alice, bob]) {
    client.calls.hangUp();
    await world.busyness.settle();
    client.calls.dismissEnded();
  }
  await world.busyness.pass(1_000);
  alice.forgetConnections();
  const before = world.middle.saidBy(alice.handle).length;
  const keys = await Keys.begin(bob.handle);
  await call(new AnswerInTheirName(world, [alice, bob], { keys, chain: null, route: "direct" }));
  expect(alice.current?.trust.question?.type).toBe("compare-again");
  alice.client.calls.compareAgain(alice.callId);
  await world.busyness.pass(callMs);
  expect(alice.met).not.toEqual([]);
  expect(showsHome(alice, before)).toBe(false);
  // The true Bob took the call too, and his browser said where it is.
  expect(showsHome(bob)).toBe(true);
  const tried = alice.connections.flatMap(({ candidatesGiven }) => candidatesGiven);
  expect(tried.filter((candidate) => !candidate.includes("typ relay"))).toEqual([]);
});
