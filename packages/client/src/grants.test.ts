import type { Grant } from "@ringfence/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bob, openWorld, personView, type TestWorld } from "../test/test-client.ts";
import { until } from "../test/until.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

const grant: Grant = { kind: "until", until: 9, mayBreakThrough: false, pausedUntil: null };

test("a right to ring stands with the person from when it is given until it is ended", async () => {
  const { grants, people } = world.client;
  const person = people.person(bob.handle);
  const shown = () => {
    const one = person.get();
    return one.state === "ready" ? one.value.grant : undefined;
  };
  const answer = (endpoint: string, given: Grant | null) =>
    world.answers.set(endpoint, () => ({ status: 200, body: personView({ grant: given }) }));
  answer("GET /api/people/bob", null);
  await until(person, (one) => one.state === "ready");
  answer("PUT /api/people/bob/grant", grant);
  await grants.give(bob.handle, "7-days");
  expect(world.server.latestRequest?.body).toEqual({ choice: "7-days" });
  expect(shown()).toEqual(grant);
  answer("PATCH /api/people/bob/grant", { ...grant, mayBreakThrough: true });
  await grants.setBreakThrough(bob.handle, true);
  expect(shown()).toMatchObject({ mayBreakThrough: true });
  answer("DELETE /api/people/bob/grant", null);
  await grants.end(bob.handle);
  expect(shown()).toBeNull();
});
