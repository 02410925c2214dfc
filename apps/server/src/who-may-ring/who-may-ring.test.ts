import { type Facts, decide } from "@ringfence/policy";
import type { AccountId, CallSettingsChange } from "@ringfence/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pairFacts } from "../calls/pair-facts.ts";
import { settingsColumnsOf } from "../settings/settings-columns.ts";
import type { Store } from "../store/store.ts";
import { previewCallSettings } from "./preview.ts";
import {
  type SomeWorld,
  accountAt,
  now,
  openSomeWorld,
  someSettings,
  someWorld,
} from "./random-test-world.ts";
import { listWhoMayRing } from "./who-may-ring.ts";

const seed = Number(process.env["POLICY_SEED"] ?? 20_261_121);
const numRuns = 60;
/** Each run fills a database; this machine may be busy with other things. */
const timeout = 120_000;

/** Who may ring, by the policy alone, pair by pair. */
async function ringersOf(world: SomeWorld, store: Store, accounts: AccountId[], callee: number) {
  const found: { handle: string; reason: string; until: number | null }[] = [];
  for (const [caller, account] of accounts.entries()) {
    const pair = { caller: account, callee: accountAt(accounts, callee) };
    const facts: Facts = await pairFacts(store.db, pair, now);
    // What the callee sees of a block by the caller is nothing: their own follow stands there still.
    const isFollowShown = world.sides[callee]?.[caller]?.follow !== "none" && caller !== callee;
    const shown = { ...facts, callerBlocked: false, calleeFollowsCaller: isFollowShown };
    const decision = decide({ ...pair, kind: "audio" }, shown, now);
    if (decision.allow !== "ring") continue;
    const { reason, until } = decision.permit;
    found.push({ handle: `p${caller}`, reason, until });
  }
  return found;
}

test(
  `who can ring is whom the policy lets ring, in any world (POLICY_SEED=${seed})`,
  async () => {
    let lines = 0;
    await fc.assert(
      fc.asyncProperty(someWorld, async (world) => {
        const { store, accounts } = await openSomeWorld(world);
        await using _ = store;
        for (const [callee, account] of accounts.entries()) {
          const page = await listWhoMayRing(store.db, account, undefined, now);
          const expected = await ringersOf(world, store, accounts, callee);
          const listed = page.people.map(({ person, reason, until }) => ({
            handle: person.handle,
            reason,
            until,
          }));
          expect(listed).toEqual(expected);
          expect({ next: page.next, count: page.count }).toEqual({
            next: null,
            count: expected.length,
          });
          lines += listed.length;
        }
      }),
      { seed, numRuns },
    );
    // Or else it was about nobody.
    expect(lines).toBeGreaterThan(numRuns);
  },
  timeout,
);

test(
  `a preview says what the change then does, in any world (POLICY_SEED=${seed})`,
  async () => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(someWorld, fc.array(someSettings), async (world, changes) => {
        const { store, accounts } = await openSomeWorld(world);
        await using _ = store;
        for (const [callee, change] of changes.slice(0, accounts.length).entries()) {
          const account = accountAt(accounts, callee);
          const preview = await previewCallSettings(store.db, account, change, now);
          const before = await ringersOf(world, store, accounts, callee);
          await changeSettings(store, account, change);
          const after = await ringersOf(world, store, accounts, callee);
          const gained = handlesOnlyIn(after, before);
          const lost = handlesOnlyIn(before, after);
          expect(preview.gained.first.map(({ handle }) => handle)).toEqual(gained);
          expect(preview.lost.first.map(({ handle }) => handle)).toEqual(lost);
          expect([preview.gained.count, preview.lost.count]).toEqual([gained.length, lost.length]);
          moved += gained.length + lost.length;
        }
      }),
      { seed, numRuns },
    );
    expect(moved).toBeGreaterThan(numRuns);
  },
  timeout,
);

async function changeSettings(store: Store, account: AccountId, change: CallSettingsChange) {
  const columns = settingsColumnsOf(change);
  await store.write(({ db }) =>
    db.updateTable("account").set(columns).where("id", "=", account).execute(),
  );
}

function handlesOnlyIn(
  these: readonly { handle: string }[],
  those: readonly { handle: string }[],
): string[] {
  const other = new Set(those.map(({ handle }) => handle));
  return these.map(({ handle }) => handle).filter((handle) => !other.has(handle));
}
