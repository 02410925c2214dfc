import type { DeviceChain } from "@ringfence/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { AnswerInTheirName } from "./answer-in-their-name.ts";
import { Keys } from "./impostor.ts";
import type { Profile } from "./profile.ts";
import { withChain } from "./signed-words.ts";
import { HostileWorld } from "./world.ts";

/**
 * What a server shows of the devices of an account. To Alice, Bob is who answers her: the keys and the chain
 * are those of the test, so that they can be what a server makes of an honest one.
 */
let world: HostileWorld;
let alice: Profile;
let bob: Profile;
let count = 0;

/** Longer than a call that cannot connect is tried. */
const callMs = 8_000;

beforeAll(async () => {
  world = await HostileWorld.open();
});

afterAll(() => world[Symbol.asyncDispose]());

beforeEach(async () => {
  [alice, bob] = await world.mutuals(`alice${count}`, `bob${count}`);
  count += 1;
});

afterEach(async () => {
  world.middle.tampering = {};
  for (const { client } of [alice, bob]) client.close();
  await world.busyness.settle();
});

async function callAnsweredBy(
  keys: Keys,
  chain: DeviceChain = keys.chain,
  calleeAccount: string = bob.handle,
): Promise<void> {
  const forgery = { keys, chain, calleeAccount };
  world.middle.tampering = new AnswerInTheirName(world, [alice, bob], forgery);
  await alice.ringAt(bob.handle);
  await bob.accept();
  await world.busyness.pass(callMs);
}

/** A call as between honest ends, after which Alice remembers the chain. */
async function spokeWith(keys: Keys, chain: DeviceChain = keys.chain): Promise<void> {
  await callAnsweredBy(keys, chain);
  expect(alice.current?.trust).toMatchObject({ level: "not-compared", question: null });
  expect(alice.met).toHaveLength(1);
  world.middle.tampering = {};
  for (const { client } of [alice, bob]) {
    client.calls.hangUp();
    await world.busyness.settle();
    client.calls.dismissEnded();
    await world.busyness.settle();
  }
  for (const person of [alice, bob]) person.forgetConnections();
  await world.busyness.pass(1_000);
}

/** Nothing of who answered was given to the browser. */
function expectNothingUsed(): void {
  expect({ given: alice.given, met: alice.met, heard: alice.heard }).toEqual({
    given: [],
    met: [],
    heard: 0,
  });
}

function expectRefused(trustFault: object): void {
  expectNothingUsed();
  expect(alice.current).toMatchObject({ phase: "ended", endReason: "untrusted", trustFault });
}

const identity = (fault: object) => ({ type: "identity", fault });

test("stale key: a device that was taken out of its account needs the person's word", async () => {
  const first = await Keys.begin(bob.handle);
  const second = await first.link(bob.handle);
  await spokeWith(second);
  await first.remove(bob.handle, second);
  await callAnsweredBy(second, first.chain);
  expectNothingUsed();
  const question = { type: "call-anyway", change: "not-linked" };
  expect(alice.current?.trust.question).toEqual(question);
});

test("a chain that is cut by one line, to bring a removed device back, is refused", async () => {
  const first = await Keys.begin(bob.handle);
  const second = await first.link(bob.handle);
  await first.remove(bob.handle, second);
  await spokeWith(first);
  await callAnsweredBy(second);
  expectRefused(identity({ type: "shorter" }));
});

test("split device list: a chain that goes on another way than the one that was seen is refused", async () => {
  const first = await Keys.begin(bob.handle);
  const { chain } = first;
  await spokeWith(await first.link(bob.handle));
  first.chain = chain;
  await callAnsweredBy(await first.link(bob.handle));
  expectRefused(identity({ type: "forked" }));
});

test("wrong account: the chain of somebody else is not read as the one's who was called", async () => {
  await callAnsweredBy(await Keys.begin("mallory"));
  expectRefused(identity({ type: "chain", fault: "wrong-account" }));
});

test("wrong account: an answer in somebody else's name is refused", async () => {
  await callAnsweredBy(await Keys.begin(bob.handle), undefined, "mallory");
  expectRefused({ type: "description", fault: "wrong-account" });
});

test("500 lines of which the last is badly signed end the call, once all are read", async () => {
  const keys = await Keys.begin(bob.handle);
  await keys.grow(bob.handle, 500);
  const [last] = keys.chain.slice(-1);
  const [before] = keys.chain.slice(-3);
  if (last === undefined || before === undefined) throw new Error("500 lines");
  const forged = [...keys.chain.slice(0, -1), { ...last, signatures: before.signatures }];
  await callAnsweredBy(keys, forged);
  expectRefused(identity({ type: "chain", fault: "wrong-signature" }));
});

test("500 lines that nobody signed end the call at the first", async () => {
  const keys = await Keys.begin(bob.handle);
  await keys.grow(bob.handle, 500);
  const none = "A".repeat(86);
  const forged = keys.chain.map(({ statement, signatures }) => {
    return { statement, signatures: signatures.map(() => none) };
  });
  await callAnsweredBy(keys, forged);
  expectRefused(identity({ type: "chain", fault: "wrong-signature" }));
});

test("a chain of 500 good lines is read, and they speak", async () => {
  const keys = await Keys.begin(bob.handle);
  await keys.grow(bob.handle, 500);
  await spokeWith(keys);
});

test("a chain of 501 lines is not read, and nothing is used of what comes with it", async () => {
  const keys = await Keys.begin(bob.handle);
  await keys.grow(bob.handle, 501);
  world.middle.tampering = {
    down: (told, { who }) => [who === alice.handle ? withChain(told, keys.chain) : told],
  };
  await alice.ringAt(bob.handle);
  await bob.accept();
  await world.busyness.pass(callMs);
  expectNothingUsed();
});
