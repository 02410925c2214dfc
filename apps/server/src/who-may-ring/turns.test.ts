import type { AccountId } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const alice = "alice" as AccountId;
const bob = "bob" as AccountId;

test("an account's works begin one after the other, and nobody else's wait for them", async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const works = [
    turns.take(alice, async () => {
      begun.push("first of alice");
      await first.promise;
    }),
    turns.take(alice, async () => void begun.push("second of alice")),
  ];
  await turns.take(bob, async () => void begun.push("first of bob"));
  expect(begun).toEqual(["first of alice", "first of bob"]);
  first.resolve();
  await Promise.all(works);
  expect(begun).toEqual(["first of alice", "first of bob", "second of alice"]);
});

test("a work that fails holds nobody up", async () => {
  const turns = new Turns();
  const failing = turns.take(alice, () => Promise.reject(new Error("it failed")));
  const next = turns.take(alice, async () => "done");
  await expect(failing).rejects.toThrow("it failed");
  expect(await next).toBe("done");
});
