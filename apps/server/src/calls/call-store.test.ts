import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, timeOfId } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { liveCallOf } from "../relay/relay-control-endpoint.ts";
import {
  activeCalls,
  callsAtOtherRelays,
  callsForRelay,
  removeUnreadableCalls,
} from "./call-store.ts";
import { type World, alice, invite, newId, openWorld, seed } from "./calls-test-world.ts";

let directory: string;
let world: World;
let kept: CallId;
let unreadable: CallId;
let logged: string[];

const logger = pino({}, { write: (line: string) => void logged.push(line) });

/** A call, and one that a node of another version began beside this one. */
beforeEach(async () => {
  logged = [];
  directory = mkdtempSync(join(tmpdir(), "ringfence-call-store-"));
  world = await openWorld(directory);
  await seed(world.store);
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error("not ringing");
  kept = answer.call.callId;
  unreadable = newId() as CallId;
  await world.store.write(async ({ db }) => {
    const row = await db.selectFrom("call").selectAll().executeTakeFirstOrThrow();
    const state = '{"state":"teleporting"}';
    await db
      .insertInto("call")
      .values({ ...row, id: unreadable, state, due_at: null })
      .execute();
  });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const idsOf = (calls: readonly { callId: CallId }[]) => calls.map(({ callId }) => callId);

test("a call that cannot be read is missing in lists of calls, and keeps no other out", async () => {
  const { db } = world.store;
  expect(idsOf(await activeCalls(db, logger))).toEqual([kept]);
  expect(idsOf(await callsAtOtherRelays(db, [], logger))).toEqual([kept]);
  expect(logged.filter((line) => line.includes(unreadable))).toHaveLength(1);
});

test("a relay is told of one that cannot be read, so that it does not end it", async () => {
  for (const relayId of [null, "relay"]) {
    const calls = await callsForRelay(world.store.db, relayId, logger);
    expect(calls.map(liveCallOf)).toEqual(
      expect.arrayContaining([{ callId: kept }, { callId: unreadable }]),
    );
  }
  expect(await callsForRelay(world.store.db, "another", logger)).toEqual([]);
});

/** Removes those from before a moment, and gives the ids of the rest. */
async function left(before: number): Promise<CallId[]> {
  await world.store.write((write) => removeUnreadableCalls(write, logger, before));
  const rows = await world.store.db.selectFrom("call").select("id").execute();
  return rows.map(({ id }) => id).toSorted();
}

test("one that cannot be read is removed once it is old enough, and no other", async () => {
  const madeAt = timeOfId(unreadable);
  expect(await left(madeAt)).toEqual([kept, unreadable].toSorted());
  expect(await left(madeAt + 1)).toEqual([kept]);
});
