import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { databaseId } from "./database-id.ts";
import { openStore } from "./group-commit.ts";

const parts = { bus: createInProcessBus(), now: () => 1_000, logError: console.error };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-id-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a database has one id, whoever asks first and however often, and no other has it", async () => {
  await using store = await openStore(join(directory, "one.sqlite"), parts);
  const asked = await Promise.all([databaseId(store), databaseId(store)]);
  expect(new Set([...asked, await databaseId(store)]).size).toBe(1);
  await using other = await openStore(join(directory, "other.sqlite"), parts);
  expect(await databaseId(other)).not.toBe(asked[0]);
});
