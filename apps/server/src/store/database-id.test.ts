import { expect, test } from "vitest";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { databaseId } from "./database-id.ts";
import { openPassingStore } from "./test-store.ts";

const parts = { bus: createInProcessBus(), now: () => 1_000, logError: console.error };

test("a database has one id, whoever asks first and however often, and no other has it", async () => {
  await using store = await openPassingStore(parts);
  const asked = await Promise.all([databaseId(store), databaseId(store)]);
  expect(new Set([...asked, await databaseId(store)]).size).toBe(1);
  await using other = await openPassingStore(parts);
  expect(await databaseId(other)).not.toBe(asked[0]);
});
