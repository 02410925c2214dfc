import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bob, online, openWorld, personView, type TestWorld } from "../test/test-client.ts";
import { until } from "../test/until.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

const person = () => world.client.people.person(bob.handle);
const answer = (endpoint: string, body: unknown) =>
  world.answers.set(endpoint, () => ({ status: 200, body }));

describe("a person", () => {
  test("is fetched when first looked at, and shown as this account's doings make them", async () => {
    await online(world);
    answer("GET /api/people/bob", personView());
    await until(person(), (one) => one.state === "ready");
    answer("PUT /api/people/bob/follow", personView({ youFollow: true }));
    await world.client.people.follow(bob.handle);
    expect(person().get()).toEqual({ state: "ready", value: personView({ youFollow: true }) });
    answer("PUT /api/people/bob/block", personView({ youBlocked: true }));
    await world.client.people.block(bob.handle);
    expect(person().get()).toEqual({ state: "ready", value: personView({ youBlocked: true }) });
  });

  test("that could not be fetched is fetched again when asked to", async () => {
    await online(world);
    const failure = { code: "unavailable", message: "Try again." };
    world.answers.set("GET /api/people/bob", () => ({ status: 503, body: failure }));
    await until(person(), (one) => one.state === "failed");
    answer("GET /api/people/bob", personView());
    await world.client.people.refresh(bob.handle);
    expect(person().get()).toEqual({ state: "ready", value: personView() });
  });

  test("follows what the server pushes, and is missing when the account is gone", async () => {
    const connection = await online(world);
    answer("GET /api/people/bob", personView());
    await until(person(), (one) => one.state === "ready");
    connection.deliver({ type: "person-changed", person: personView({ callButton: "call" }) });
    await until(person(), (one) => one.state === "ready" && one.value.callButton === "call");
    connection.deliver({ type: "person-removed", handle: bob.handle });
    await until(person(), (one) => one.state === "missing");
    expect(person().get()).toEqual({ state: "missing" });
  });

  test("that was found is shown as found, wherever they are shown", async () => {
    await online(world);
    answer("GET /api/people/bob", personView());
    await until(person(), (one) => one.state === "ready");
    answer("GET /api/people", { people: [personView({ followsYou: true })], next: null });
    const found = await world.client.people.find("bo");
    expect(found.people).toHaveLength(1);
    expect(world.server.latestRequest?.path).toBe("/api/people?startsWith=bo");
    expect(person().get()).toMatchObject({ value: { followsYou: true } });
  });

  test("is treated as this account says: in the address book, or with the address shown", async () => {
    await online(world);
    const { people } = world.client;
    answer("GET /api/people/bob", personView());
    await until(person(), (one) => one.state === "ready");
    answer("PUT /api/people/bob/address-book", personView({ isInYourAddressBook: true }));
    await people.addToAddressBook(bob.handle);
    expect(person().get()).toMatchObject({ value: { isInYourAddressBook: true } });
    answer("DELETE /api/people/bob/address-book", personView());
    await people.removeFromAddressBook(bob.handle);
    expect(person().get()).toMatchObject({ value: { isInYourAddressBook: false } });
    answer("PUT /api/people/bob/address-exception", personView({ addressException: "show" }));
    await people.setAddressException(bob.handle, "show");
    expect(world.server.latestRequest?.body).toEqual({ exception: "show" });
    expect(person().get()).toMatchObject({ value: { addressException: "show" } });
    answer("DELETE /api/people/bob/address-exception", personView());
    await people.setAddressException(bob.handle, null);
    expect(person().get()).toMatchObject({ value: { addressException: null } });
  });

  test("that is unfollowed keeps a right to ring, unless it is ended with that", async () => {
    await online(world);
    answer("DELETE /api/people/bob/follow", personView());
    await world.client.people.unfollow(bob.handle);
    expect(world.server.latestRequest?.path).toBe("/api/people/bob/follow");
    await world.client.people.unfollow(bob.handle, true);
    expect(world.server.latestRequest?.path).toBe("/api/people/bob/follow?endGrant=yes");
  });
});
