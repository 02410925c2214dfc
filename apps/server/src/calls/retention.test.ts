import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, alice, bob, invite, openWorld, seed } from "./calls-test-world.ts";
import { removeExpired } from "./retention.ts";

const dayMs = 86_400_000;

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-retention-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ringAndCancel(): Promise<void> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error("not ringing");
  await world.calls.handle(alice, { type: "cancel", callId: answer.call.callId });
}

const rowsIn = (table: "call" | "call_record") =>
  world.store.db.selectFrom(table).selectAll().execute();

test("records of calls are kept for as many days as the operator said, and not a moment longer", async () => {
  await ringAndCancel();
  const rangAt = world.clock.now;
  world.clock.now = rangAt + 30 * dayMs;
  await world.store.write((write) => removeExpired(write, 30));
  expect((await rowsIn("call_record")).map((row) => row.account_id).toSorted()).toEqual(
    [alice.account, bob.account].toSorted(),
  );
  world.clock.now += 1;
  await world.store.write((write) => removeExpired(write, 30));
  expect(await rowsIn("call_record")).toEqual([]);
});

test("a call that is over is forgotten within minutes, one that goes on never", async () => {
  await ringAndCancel();
  await world.calls.handle(alice, invite("bob"));
  world.clock.now += dayMs;
  await world.store.write((write) => removeExpired(write, 30));
  const left = await rowsIn("call");
  expect(left.map((row) => row.ended_at)).toEqual([null]);
});
