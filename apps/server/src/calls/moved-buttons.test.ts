import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallId, type CallSettingsChange, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sendMessage } from "../conversations/send-message.ts";
import { block } from "../people/blocks.ts";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import {
  type World,
  alice,
  bob,
  signed,
  invite,
  offer,
  openWorld,
  seed,
} from "./calls-test-world.ts";
import { moveByTime } from "./moved-by-time.ts";
import { removeExpired } from "./retention.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-buttons-"));
  // Without records no line in a thread is told, and what is told here is about buttons alone.
  world = await openWorld(directory, { callRecordDays: 0 });
  await seed(world.store);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function choose({ account }: ConnectedDevice, change: CallSettingsChange): Promise<void> {
  const columns = settingsColumnsOf(change);
  await world.store.write(({ db }) =>
    db.updateTable("account").set(columns).where("id", "=", account).execute(),
  );
}

async function ring(from = alice, to = "bob"): Promise<CallId> {
  world.clock.now += minuteMs;
  const answer = await world.calls.handle(from, invite(to));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}
async function ringInVain(): Promise<void> {
  const callId = await ring();
  await world.calls.handle(alice, { type: "cancel", callId });
}
async function talk(): Promise<void> {
  const callId = await ring();
  await world.calls.handle(alice, offer(callId));
  await world.calls.handle(bob, { type: "accept", callId, ends: null, answer: null });
  await world.calls.handle(bob, { type: "answer", callId, round: 0, signed });
  await world.calls.handle(alice, { type: "media-connected", callId });
  await world.calls.handle(bob, { type: "media-connected", callId });
  await world.calls.handle(bob, { type: "hang-up", callId });
}

/** What a device was told of buttons and lists since it was asked last. */
function toldTo(device: ConnectedDevice): string[] {
  const told = world.told(device).splice(0);
  return told.flatMap((message) => {
    if (message.type === "grants-changed") return ["list"];
    if (message.type !== "person-changed") return [];
    const { callButton, grant } = message.person;
    return [grant === null ? callButton : `${callButton}, gave ${grant.kind}`];
  });
}

async function giveAlice(kind: "once" | "until", until: number): Promise<void> {
  await world.store.write(({ db, now }) =>
    db
      .insertInto("call_grant")
      .values({
        owner_id: bob.account,
        other_id: alice.account,
        kind,
        until_at: until,
        may_break_through: 0,
        paused_until: null,
        unanswered_count: 0,
        created_at: now,
      })
      .execute(),
  );
}

/** A round of the server's broom, with everybody's page open or one alone. */
async function pass(ms: number, open?: ConnectedDevice): Promise<void> {
  const since = world.clock.now;
  world.clock.now += ms;
  await world.store.write(async (write) => {
    await moveByTime(write, since, (account) => account === (open?.account ?? account));
    await removeExpired(write, 0);
  });
}

describe("of a call moves at once", { timeout: 30_000 }, () => {
  test("the callee's button, which may ring back, until a call was answered", async () => {
    await choose(alice, { audiences: [], asking: "nobody" });
    const callId = await ring();
    expect(toldTo(bob)).toEqual(["call"]);
    // Alice's own button stays; it is not her first ring any more, and Bob stands in her list.
    expect(toldTo(alice)).toEqual(["call", "list"]);
    await world.calls.handle(alice, { type: "cancel", callId });
    expect([toldTo(alice), toldTo(bob)]).toEqual([[], []]);
    await talk();
    expect(toldTo(bob)).toEqual(["none"]);
    expect(toldTo(alice)).toEqual(["list"]);
  });

  test("the caller's button, who has to ask after three rings in vain", async () => {
    await ringInVain();
    await ringInVain();
    toldTo(alice);
    toldTo(bob);
    await ringInVain();
    expect(toldTo(alice)).toEqual(["ask"]);
    expect(toldTo(bob)).toEqual(["list"]);
  });

  test("the button that a right for once gave, and the right where its owner sees it", async () => {
    await choose(bob, { audiences: [], asking: "nobody" });
    await giveAlice("once", world.clock.now + limits.grantOnceMs);
    await ringInVain();
    expect(toldTo(alice)).toEqual(["call"]);
    toldTo(bob);
    await talk();
    expect(toldTo(alice)).toEqual(["none"]);
    expect(toldTo(bob)).toContain("call");
  });

  test("nothing by which a caller could tell why nobody took it", async () => {
    const ways: (() => Promise<void>)[] = [
      async () => {},
      async () => {
        const [call] = await world.views(bob);
        if (call !== undefined) {
          await world.calls.handle(bob, { type: "silence", callId: call.callId });
        }
      },
      () => choose(bob, { doNotDisturb: { isOn: true, until: null } }),
    ];
    const heard: string[][] = [];
    for (const way of ways) {
      await world[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
      directory = mkdtempSync(join(tmpdir(), "ringfence-buttons-"));
      world = await openWorld(directory, { callRecordDays: 0 });
      await seed(world.store);
      await ring();
      await way();
      world.clock.now += limits.ringTimeoutMs;
      await world.calls.start();
      await pass(limits.callBackMs, alice);
      await pass(limits.askShownMs - limits.callBackMs, alice);
      heard.push(
        world
          .frames(alice)
          .map((frame) => JSON.stringify([frame.sequence, omitIds(frame.message)])),
      );
    }
    expect(heard[0]?.length).toBeGreaterThan(1);
    for (const each of heard) expect(each).toEqual(heard[0]);
  }, 60_000);
});

function omitIds(message: object): object {
  return { ...message, callId: undefined };
}

function writeToAlice(): Promise<unknown> {
  const message = { clientMessageId: randomUUID(), text: "hi" };
  return world.store.write((write) => sendMessage(write, bob.account, alice.account, message));
}

describe("of a message moves at once", () => {
  test("the button of somebody who had faded for its writer, and the writer's list", async () => {
    world.clock.now += limits.fadingDaysInitial * dayMs;
    await writeToAlice();
    expect(toldTo(alice)).toEqual(["call"]);
    expect(toldTo(bob)).toEqual(["list"]);
    world.clock.now += dayMs;
    await writeToAlice();
    expect([toldTo(alice), toldTo(bob)]).toEqual([[], []]);
  });

  test("nothing of a writer who is blocked, to whom it looks the same", async () => {
    const numbers: number[] = [];
    for (const blocked of [false, true]) {
      world.clock.now += limits.fadingDaysInitial * dayMs;
      if (blocked) await world.store.write((write) => block(write, alice.account, bob.account));
      // A follow that a block ended is seen to have ended; here none is needed.
      await choose(bob, { audiences: ["everyone"] });
      world.frames(bob).splice(0);
      toldTo(alice);
      await writeToAlice();
      numbers.push(world.frames(bob).length);
      expect(toldTo(bob)).toContain("list");
      expect(toldTo(alice)).toEqual(blocked ? [] : ["call"]);
    }
    expect(numbers[1]).toBe(numbers[0]);
  });
});

describe("of what time changes moves within a minute", () => {
  test("the button that a right gave which has run out", async () => {
    await choose(bob, { audiences: [] });
    await giveAlice("until", world.clock.now + minuteMs);
    await pass(minuteMs - 1);
    expect([toldTo(alice), toldTo(bob)]).toEqual([[], []]);
    await pass(1);
    expect(toldTo(alice)).toEqual(["ask"]);
    expect(toldTo(bob)).toEqual(["call", "list"]);
  });

  test("the button of who may ring back for a day", async () => {
    await choose(alice, { audiences: [], asking: "nobody" });
    await ringInVain();
    await pass(limits.callBackMs - 1);
    toldTo(alice);
    toldTo(bob);
    await pass(1);
    expect(toldTo(bob)).toEqual(["none"]);
    expect(toldTo(alice)).toEqual(["list"]);
  });

  test("the button of who has to ask for a day, which comes back", async () => {
    for (let count = 0; count < limits.unansweredRingsMax; count++) await ringInVain();
    toldTo(alice);
    await pass(limits.unansweredRingsMs - 2 * minuteMs - 1);
    expect(toldTo(alice)).toEqual([]);
    await pass(1);
    expect(toldTo(alice)).toEqual(["call"]);
  });

  test("the button of who asked, a week later", async () => {
    await choose(bob, { audiences: [] });
    await world.store.write(({ db, now }) =>
      db
        .insertInto("ask")
        .values({
          id: "01kjmpa1c0h9p43kgjx38f95fe" as never,
          asker_id: alice.account,
          asked_id: bob.account,
          reason: "",
          asked_at: now,
          withdrawn_at: null,
          answered_at: null,
          granted_at: null,
        })
        .execute(),
    );
    await pass(limits.askShownMs - 1);
    toldTo(alice);
    await pass(1);
    expect(toldTo(alice)).toEqual(["ask"]);
  });

  test("for the one of the two whose page is open", async () => {
    await choose(bob, { audiences: [] });
    await giveAlice("until", world.clock.now + minuteMs);
    await pass(minuteMs, bob);
    expect(world.frames(alice)).toEqual([]);
    expect(toldTo(bob)).toEqual(["call", "list"]);
  });

  test("nothing for those who have no page open, and nothing that stays as it was", async () => {
    await giveAlice("until", world.clock.now + minuteMs);
    await pass(2 * minuteMs);
    // Mutuals ring all the same, and both see that the right is over.
    expect(toldTo(alice)).toEqual(["call"]);
    expect(toldTo(bob)).toEqual(["call"]);
    await choose(bob, { audiences: [] });
    await giveAlice("until", world.clock.now + minuteMs);
    const since = world.clock.now;
    world.clock.now += minuteMs;
    await world.store.write((write) => moveByTime(write, since, () => false));
    expect([toldTo(alice), toldTo(bob)]).toEqual([[], []]);
  });
});
