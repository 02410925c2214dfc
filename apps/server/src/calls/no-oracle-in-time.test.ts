import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallSettingsChange, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerAsk } from "../asking/answer-ask.ts";
import { ask } from "../asking/asks.ts";
import { giveGrant } from "../asking/grants.ts";
import { block } from "../people/blocks.ts";
import { sayNever } from "../people/nevers.ts";
import { changePair } from "../people/pair-views.ts";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import type { Write } from "../store/store.ts";
import { type World, alice, bob, invite, openWorld, seed } from "./calls-test-world.ts";
import { moveByTime } from "./moved-by-time.ts";
import { removeExpired } from "./retention.ts";

/** What the passing of time tells somebody of what another did: no more than the moment told. */

let directory: string;
let world: World;

beforeEach(openAnew);
afterEach(close);

async function openAnew(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), "ringfence-oracle-"));
  world = await openWorld(directory, { callRecordDays: 0 });
  await seed(world.store);
  // A block ends the blocker's follow, which is seen as any unfollow is. Here nobody follows.
  await world.store.write(({ db }) => db.deleteFrom("follow").execute());
}

async function close(): Promise<void> {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
}

function choose({ db }: Write, { account }: ConnectedDevice, change: CallSettingsChange) {
  const columns = settingsColumnsOf(change);
  return db.updateTable("account").set(columns).where("id", "=", account).execute();
}

type Cause = (write: Write) => Promise<unknown>;
/** What Bob does, or does not, about Alice. */
const noButton: Record<string, Cause> = {
  never: (write) => sayNever(write, bob.account, alice.account),
  off: (write) => choose(write, bob, { calling: "off" }),
  block: (write) => block(write, bob.account, alice.account),
};
const silence: Record<string, Cause> = { silence: async () => {} };

/** A round of the server's broom. */
async function pass(ms: number, open: ConnectedDevice): Promise<void> {
  const since = world.clock.now;
  world.clock.now += ms;
  await world.store.write(async (write) => {
    await moveByTime(write, since, (account) => account === open.account);
    await removeExpired(write, 0);
  });
}

/** Every frame that Alice could see since she was asked last, with its number. */
function seenByAlice(first: number): string[] {
  return world
    .frames(alice)
    .splice(0)
    .map(({ sequence, message }) => JSON.stringify({ ...message, sequence: sequence - first }));
}

const sequenceOfAlice = async () =>
  (
    await world.store.db
      .selectFrom("account")
      .select("sequence")
      .where("id", "=", alice.account)
      .executeTakeFirstOrThrow()
  ).sequence;

interface Seen {
  atOnce: string[];
  dayLater: string[];
  weekLater: string[];
  numbers: number;
}

/** What Alice sees after each cause, where one page is open. */
async function observe(
  begin: () => Promise<unknown>,
  causes: Record<string, Cause>,
  { open = alice, after = async () => {} }: { open?: ConnectedDevice; after?: Cause } = {},
): Promise<Record<string, Seen>> {
  const seen: Record<string, Seen> = {};
  for (const [name, cause] of Object.entries(causes)) {
    await close();
    await openAnew();
    await begin();
    world.frames(alice).splice(0);
    const first = await sequenceOfAlice();
    await world.store.write((write) =>
      changePair(write, bob.account, alice.account, () => cause(write)),
    );
    const atOnce = seenByAlice(first);
    await world.store.write((write) => after(write));
    world.frames(alice).splice(0);
    await pass(limits.callBackMs, open);
    const dayLater = seenByAlice(first);
    await pass(limits.askShownMs - limits.callBackMs, open);
    const weekLater = seenByAlice(first);
    seen[name] = { atOnce, dayLater, weekLater, numbers: (await sequenceOfAlice()) - first };
  }
  return seen;
}

function allSame(seen: Record<string, unknown>): void {
  const [one, ...others] = Object.entries(seen);
  for (const [name, each] of others) expect(each, `${one?.[0]} / ${name}`).toEqual(one?.[1]);
}

function typesOf(frames: readonly string[] | undefined): string[] {
  return (frames ?? []).map((frame) => (JSON.parse(frame) as { type: string }).type);
}

const asks = () =>
  world.store.write((write) => ask(write, alice.account, bob.account, "may I ring you?"));

async function ringsInVain(): Promise<void> {
  await world.store.write(async (write) => {
    await choose(write, alice, { audiences: [], asking: "nobody" });
    await choose(write, bob, { audiences: ["everyone"] });
  });
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  await world.calls.handle(alice, { type: "cancel", callId: answer.call.callId });
}

// Each cause has a database of its own.
const patience = { timeout: 60_000 };

describe("after an ask", patience, () => {
  const notNow: Record<string, Cause> = {
    "not now": (write) => answerAsk(write, bob.account, alice.account, "not-now"),
    "never as the answer": (write) => answerAsk(write, bob.account, alice.account, "never"),
  };

  test("nothing of what was done about it shows at once or a day later", async () => {
    const seen = await observe(asks, { ...silence, ...notNow, ...noButton });
    // Whoever was asked may ring back for as long as *Asked* shows: a day ends nothing.
    expect(typesOf(seen["silence"]?.dayLater)).toEqual([]);
    allSame(
      Object.fromEntries(
        Object.entries(seen).map(([name, { atOnce, dayLater }]) => [name, { atOnce, dayLater }]),
      ),
    );
  });

  test("a week later shows whether there is a button, and not why", async () => {
    const { "not now": later, "never as the answer": never } = notNow;
    if (later === undefined || never === undefined) throw new Error("an answer is missing");
    allSame(await observe(asks, { ...silence, later }));
    const seen = await observe(asks, { ...noButton, never });
    expect(typesOf(seen["off"]?.weekLater)).toEqual(["person-changed", "grants-changed"]);
    allSame(seen);
  });
});

describe("after a ring in vain", patience, () => {
  test("a button that went away says nothing more later", async () => {
    const seen = await observe(ringsInVain, noButton);
    expect(typesOf(seen["off"]?.dayLater)).toEqual(["grants-changed"]);
    allSame(seen);
  });

  test("a day and a week later look alike with a button and without", async () => {
    const seen = await observe(ringsInVain, { ...silence, ...noButton });
    expect(typesOf(seen["silence"]?.dayLater)).toEqual(["grants-changed"]);
    allSame(
      Object.fromEntries(
        Object.entries(seen).map(([name, { dayLater, weekLater }]) => [
          name,
          [dayLater, weekLater].map(typesOf),
        ]),
      ),
    );
  });
});

const givesBobADay: Cause = (write) =>
  changePair(write, alice.account, bob.account, () =>
    giveGrant(write, alice.account, bob.account, { choice: "once-24h", mayBreakThrough: false }),
  );

test(
  "a right that runs out tells its giver nothing of whom it was given to",
  patience,
  async () => {
    const seen = await observe(async () => {}, noButton, { after: givesBobADay });
    expect(typesOf(seen["never"]?.dayLater)).toContain("grants-changed");
    allSame(seen);
  },
);

test(
  "a page that is open tells the other one nothing, and takes no number of theirs",
  patience,
  async () => {
    for (const begin of [asks, ringsInVain]) {
      const seen = await observe(begin, silence, { open: bob });
      expect(seen["silence"]).toMatchObject({ dayLater: [], weekLater: [], numbers: 0 });
    }
  },
);
