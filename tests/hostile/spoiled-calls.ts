import { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";
import { whatMustNotBe } from "./never.ts";
import type { Profile } from "./profile.ts";
import { Spoiler } from "./spoil-messages.ts";
import type { HostileWorld } from "./world.ts";

/** Longer than anything in a call waits: for its ring, for a microphone, for a path that is lost. */
const patienceMs = 90_000;

export interface SpoiledCall {
  seed: number;
  /** How it went at the two ends. */
  ended: string;
  faults: string[];
  /** What the server did. */
  done: readonly string[];
}

/**
 * One call between two who know each other, over a server that spoils messages; then the server is
 * honest again, and both must come to the same: they speak, or it is over.
 */
export async function spoiledCall(
  world: HostileWorld,
  [caller, callee]: readonly [Profile, Profile],
  seed: number,
): Promise<SpoiledCall> {
  const { middle, busyness } = world;
  const random = new RandomSource(seed);
  const spoiler = new Spoiler(random, random.pick([0.02, 0.05, 0.1, 0.3]));
  // Most of what is said before it rings decides only whether it does.
  if (random.isTrue(0.3)) middle.tampering = spoiler;
  await caller.ringAt(callee.handle);
  middle.tampering = spoiler;
  if (callee.client.calls.snapshot.get().incoming.length > 0) await callee.accept();
  await busyness.pass(2_000);
  if (random.isTrue(0.5)) caller.losePath();
  await busyness.pass(6_000);
  middle.tampering = {};
  spoiler.release();
  // What was never told is told now.
  for (const { handle } of [caller, callee]) middle.cut(handle);
  await busyness.until(() => isSettled(caller, callee), patienceMs);
  const faults = whatMustNotBe(middle, [caller, callee]);
  if (!isSettled(caller, callee)) faults.push("the two do not come to the same");
  const ended = `${phaseOf(caller)} / ${phaseOf(callee)}`;
  await leave(world, caller, callee);
  return { seed, ended, faults, done: spoiler.done };
}

function isSettled(caller: Profile, callee: Profile): boolean {
  const [one, other] = [caller.current, callee.current];
  const areOver = [one, other].every((call) => call === null || call.phase === "ended");
  const speak = one?.phase === "connected" && other?.phase === "connected";
  return areOver || (speak && caller.hears && callee.hears);
}

function phaseOf({ current }: Profile): string {
  return current === null ? "nothing" : (current.endReason ?? current.phase);
}

const isOnline = ({ client }: Profile) => client.connection.get() === "online";
const isFree = ({ client }: Profile) => client.calls.snapshot.get().incoming.length === 0;

/** Nothing of this call is left for the next one. */
async function leave(world: HostileWorld, ...people: Profile[]): Promise<void> {
  // What is hung up on while there is no connection can be returned to.
  await world.busyness.until(() => people.every(isOnline), patienceMs);
  for (const { client } of people) client.calls.hangUp();
  await world.busyness.settle();
  for (const { client } of people) client.calls.dismissEnded();
  await world.busyness.until(() => people.every(isFree), patienceMs);
  for (const person of people) person.forgetConnections();
  // So that the next one may ring.
  await world.busyness.pass(30_000);
}
