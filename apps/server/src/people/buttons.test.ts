import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AccountId,
  type CallSettingsChange,
  type ConversationId,
  Handle,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type World,
  alice,
  bob,
  carol,
  newId,
  openWorld,
  seed,
} from "../calls/calls-test-world.ts";
import { serverLimits } from "../limits.ts";
import { changeCallSettings } from "../settings/call-settings.ts";
import { Buttons } from "./buttons.ts";

let directory: string;
let world: World;
const closed = new Set<AccountId>();

beforeEach(async () => {
  closed.clear();
  directory = mkdtempSync(join(tmpdir(), "ringfence-buttons-"));
  world = await openWorld(directory);
  await seed(world.store);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** People who have talked with Bob, copied from Alice. */
async function talkWithBob(count: number): Promise<AccountId[]> {
  const ids = Array.from({ length: count }, () => newId() as AccountId);
  await world.store.write(async ({ db }) => {
    const { id: _, ...row } = await db
      .selectFrom("account")
      .selectAll()
      .where("id", "=", alice.account)
      .executeTakeFirstOrThrow();
    const side = await db
      .selectFrom("participation")
      .selectAll()
      .where("account_id", "=", bob.account)
      .executeTakeFirstOrThrow();
    for (const [number, id] of ids.entries()) {
      await db
        .insertInto("account")
        .values({ ...row, id, handle: Handle.parse(`p${number}`) })
        .execute();
      const conversation_id = newId() as ConversationId;
      const [low_account_id, high_account_id] = [id, bob.account].toSorted() as [
        AccountId,
        AccountId,
      ];
      await db
        .insertInto("conversation")
        .values({ id: conversation_id, low_account_id, high_account_id, created_at: 0 })
        .execute();
      const pairs = [
        { account_id: id, other_account_id: bob.account },
        { account_id: bob.account, other_account_id: id },
      ];
      await db
        .insertInto("participation")
        .values(pairs.map((pair) => ({ ...side, conversation_id, ...pair })))
        .execute();
    }
  });
  return ids;
}

/** How many deliveries each of them had for a change of Bob's settings. */
async function deliveriesFor(change: CallSettingsChange, to: readonly AccountId[]) {
  const before = await sequencesOf(to);
  await using buttons = new Buttons({
    store: world.store,
    isOpen: async (account) => !closed.has(account),
    logError: console.error,
  });
  const concerned = { buttons, calls: world.calls.hooks };
  await world.store.write((write) => changeCallSettings(write, concerned, bob.account, change));
  await buttons.settled();
  const after = await sequencesOf(to);
  return to.map((id) => Number(after.get(id)) - Number(before.get(id)));
}

async function sequencesOf(ids: readonly AccountId[]): Promise<Map<AccountId, number>> {
  const rows = await world.store.db
    .selectFrom("account")
    .select(["id", "sequence"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map(({ id, sequence }) => [id, sequence]));
}

describe("the buttons of many move", { timeout: 30_000 }, () => {
  test("for everybody whom the change concerns, however many they are", async () => {
    const many = await talkWithBob(serverLimits.pairsAtOnceMax + 5);
    const told = await deliveriesFor({ audiences: ["everyone"] }, [...many, alice.account]);
    // Alice, a mutual, could ring before; a person's view and, in their list, a conversation.
    expect(told.at(-1)).toBe(0);
    expect(told.slice(0, -1).every((count) => count > 0)).toBe(true);
  });

  test("for nobody who has no page open, and nobody who never talked with them", async () => {
    const [open, shut] = await talkWithBob(2);
    if (open === undefined || shut === undefined) throw new Error("there are two");
    closed.add(shut);
    const [first, second, third] = await deliveriesFor({ audiences: ["everyone"] }, [
      open,
      shut,
      carol.account,
    ]);
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([0, 0]);
  });

  test("for nobody where the change makes no difference", async () => {
    const many = await talkWithBob(3);
    expect(await deliveriesFor({ hideAddress: false }, many)).toEqual([0, 0, 0]);
    expect(await deliveriesFor({ audiences: ["mutuals", "vouched"] }, many)).toEqual([0, 0, 0]);
  });
});
