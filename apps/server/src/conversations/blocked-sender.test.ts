import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  startServer,
  write,
} from "../http/server-under-test.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
  await write(alice, "bob", "hello");
  await write(bob, "alice", "hello");
});
afterEach(() => server[Symbol.asyncDispose]());

/** How many numbers each side's deliveries moved on by, and what the sender was told. */
async function workOf(act: () => Promise<unknown>) {
  const [forAlice, forBob] = [alice.frames.length, bob.frames.length];
  alice.told.length = 0;
  await act();
  return {
    alice: alice.frames.length - forAlice,
    bob: bob.frames.length - forBob,
    told: alice.told.map(({ type }) => type),
  };
}

test("a message that is withheld makes as many deliveries as one that arrives", async () => {
  const delivered = await workOf(() => write(alice, "bob", "one"));
  await bob.send("PUT", "/api/people/alice/block");
  const withheld = await workOf(() => write(alice, "bob", "two"));
  expect(withheld).toEqual(delivered);
});
