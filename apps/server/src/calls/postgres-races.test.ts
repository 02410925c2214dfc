import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, Handle } from "@ringfence/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createOneTimeLink, takeOneTimeLink } from "../accounts/one-time-links.ts";
import { tableOrder } from "../backup/table-order.ts";
import { appendToChain, chainOf } from "../devices/device-chain.ts";
import { type Rate, type RateName, rates } from "../limits.ts";
import { block } from "../people/blocks.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  aliceLaptop,
  bob,
  bobLaptop,
  invite,
  openWorld,
  seed,
} from "./calls-test-world.ts";

/** Each race as often; more by RACE_RUNS, others by RACE_SEED. */
const runs = Number(process.env["RACE_RUNS"] ?? 12);
const firstSeed = Number(process.env["RACE_SEED"] ?? 1);
const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index);
const headStartTurnsMax = 40;

const boundless = Object.fromEntries(
  Object.keys(rates).map((name) => [name, { burst: 1_000_000, perMinute: 1_000_000 }]),
) as Record<RateName, Rate>;

let directory: string;
/** Two nodes on one database. Neither hears what the other delivers, and neither has to. */
let one: World;
let other: World;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-races-"));
  one = await openWorld(directory, { rates: boundless });
  other = await openWorld(directory, { rates: boundless });
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  await one.store.write(async ({ db }) => {
    for (const table of tableOrder.toReversed()) await db.deleteFrom(table).execute();
  });
  await seed(one.store);
});

async function later(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs both at once, one of them a little later: by how much, and which, the seed says. */
async function race<First, Second>(
  number: number,
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[PromiseSettledResult<First>, PromiseSettledResult<Second>]> {
  const turns = (number * 7_919) % (2 * headStartTurnsMax);
  return await Promise.allSettled([
    later(turns - headStartTurnsMax).then(first),
    later(headStartTurnsMax - turns).then(second),
  ]);
}

/** Lets what was refused or ended count as an answer, and nothing that broke. */
function answersOf(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  for (const result of settled) if (result.status === "rejected") throw result.reason;
  return settled.map((result) => (result.status === "fulfilled" ? result.value : undefined));
}

const typesOf = (answers: readonly unknown[]) =>
  answers.map((answer) => (answer as { type?: string } | null)?.type ?? "nothing").toSorted();

async function ring(): Promise<CallId> {
  const answer = await one.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

const accept = (world: World, device: ConnectedDevice, callId: CallId) =>
  world.calls.handle(device, { type: "accept", callId, ends: null, answer: null });

const blocking = () =>
  other.store.write(async (write) => {
    await block(write, bob.account, alice.account);
    await other.calls.hooks.pairChanged(write, bob.account, alice.account);
  });

const appending = (world: World, device: ConnectedDevice, statement: string) => () =>
  world.store.write((write) =>
    appendToChain(write, { calls: world.calls.hooks, closeDevice: () => {} }, device, {
      generation: 1,
      position: 0,
      statement: { statement, signatures: [] },
      links: null,
      unlinks: null,
    }),
  );

const signUp = (world: World, displayName: string) => () =>
  world.store.write((write) =>
    createAccount(write, { handle: Handle.parse("zoe"), displayName, passwordHash: "" }),
  );

describe.each(seeds)("on two nodes at once, by the seed %i,", (number) => {
  test("a block and an invite leave nobody ringing whoever blocked", async () => {
    const ringing = () => one.calls.handle(alice, invite("bob"));
    answersOf(await race(number, blocking, ringing));
    expect(await one.views(bob)).toEqual([]);
  });

  test("two invites of one person to another are one ring", async () => {
    const answers = answersOf(
      await race(
        number,
        () => one.calls.handle(alice, invite("bob")),
        () => other.calls.handle(aliceLaptop, invite("bob")),
      ),
    );
    expect(typesOf(answers)).toEqual(["refused", "ringing"]);
    expect(await one.views(bob)).toHaveLength(1);
  });

  test("of two devices that accept one has the call", async () => {
    const callId = await ring();
    const answers = answersOf(
      await race(
        number,
        () => accept(one, bob, callId),
        () => accept(other, bobLaptop, callId),
      ),
    );
    expect(typesOf(answers)).toEqual(["nothing", "refused"]);
    const views = [...(await one.views(bob)), ...(await one.views(bobLaptop))];
    expect(views).toHaveLength(2);
    expect(views.filter(({ isThisDevice }) => isThisDevice)).toHaveLength(1);
  });

  test("two who ring each other have one call", async () => {
    const answers = answersOf(
      await race(
        number,
        () => one.calls.handle(alice, invite("bob")),
        () => other.calls.handle(bob, invite("alice")),
      ),
    );
    expect(typesOf(answers)).toEqual(["nothing", "ringing"]);
    expect(await one.views(alice)).toMatchObject([{ state: "connecting" }]);
  });

  test("an accept and the caller's cancel agree on one end", async () => {
    const callId = await ring();
    const answers = answersOf(
      await race(
        number,
        () => accept(one, bob, callId),
        () => other.calls.handle(alice, { type: "cancel", callId }),
      ),
    );
    const isTaken = (await one.views(bob)).length === 1;
    expect(answers[0] === null).toBe(isTaken);
  });

  test("two that begin a device chain leave one of theirs", async () => {
    const settled = await race(number, appending(one, bob, "a"), appending(other, bobLaptop, "b"));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const winner = settled[0].status === "fulfilled" ? "a" : "b";
    const chain = await chainOf(one.store.db, bob.account);
    expect(chain.map(({ statement }) => statement)).toEqual([winner]);
    expect(settled.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "chain-moved" },
    });
  });

  test("of two who sign up with one handle one has it", async () => {
    const settled = await race(number, signUp(one, "one"), signUp(other, "other"));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(settled.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "handle-taken" },
    });
  });

  test("a link that works once works once", async () => {
    const token = await one.store.write((write) => createOneTimeLink(write, bob.account, "/"));
    const taking = (world: World) => () =>
      world.store.write((write) => takeOneTimeLink(write, token));
    const settled = await race(number, taking(one), taking(other));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(settled.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "link-used" },
    });
  });
});
