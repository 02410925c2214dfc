import { Handle } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { createAccount } from "../accounts/accounts.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { prepared } from "./prepared-query.ts";
import type { Reader, Write } from "./store.ts";
import { openPassingStore } from "./test-store.ts";

const parts = () => ({ bus: createInProcessBus(), now: () => 1_000, logError: console.error });

const selectNames = prepared((db: Reader, two: { one: Handle; other: Handle }) =>
  db
    .selectFrom("account")
    .select(["handle", "display_name"])
    .where("handle", "in", [two.one, two.other])
    .orderBy("handle"),
);

const rename = prepared((db: Write["db"], person: { handle: Handle; name: string }) =>
  db
    .updateTable("account")
    .set({ display_name: person.name })
    .where("handle", "=", person.handle)
    .returning("id"),
);

const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => Handle.parse(name)) as [
  Handle,
  Handle,
  Handle,
];

async function signUpAll(write: Write): Promise<void> {
  for (const handle of [alice, bob, carol]) {
    await createAccount(write, { handle, displayName: handle, passwordHash: "" });
  }
}

test("a prepared query runs with other values each time, outside of transactions and in them", async () => {
  await using store = await openPassingStore(parts());
  await store.write(signUpAll);
  const renamed = await store.write(async ({ db }) => {
    const ids = await rename(db, { handle: bob, name: "Robert" });
    return { count: ids.length, inside: await selectNames(db, { one: bob, other: carol }) };
  });
  expect(renamed).toEqual({
    count: 1,
    inside: [
      { handle: "bob", display_name: "Robert" },
      { handle: "carol", display_name: "carol" },
    ],
  });
  expect(await selectNames(store.db, { one: bob, other: alice })).toEqual([
    { handle: "alice", display_name: "alice" },
    { handle: "bob", display_name: "Robert" },
  ]);
});

test("a prepared query belongs to no database", async () => {
  await using full = await openPassingStore(parts());
  await using empty = await openPassingStore(parts());
  await full.write(signUpAll);
  const both = { one: alice, other: bob };
  expect(await selectNames(full.db, both)).toHaveLength(2);
  expect(await selectNames(empty.db, both)).toEqual([]);
});
