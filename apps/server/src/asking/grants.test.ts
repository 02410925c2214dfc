import { limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  startServer,
  write,
} from "../http/server-under-test.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

/** Alice and Bob have written to each other; neither has chosen who may ring. */
beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
  await bob.send("PUT", "/api/people/alice/follow");
  await write(alice, "bob", "hi");
  await write(bob, "alice", "hi");
});
afterEach(() => server[Symbol.asyncDispose]());

async function sees(viewer: Person, other: Person): Promise<Record<string, unknown>> {
  return (await viewer.send("GET", `/api/people/${other.handle}`)).body as Record<string, unknown>;
}

describe("rights to ring", () => {
  test("are given, changed and ended by their owner, and listed by handle", async () => {
    const carol = await server.signUp("carol");
    await write(carol, "bob", "hi");
    await bob.send("PUT", "/api/people/carol/grant", { choice: "7-days" });
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always", mayBreakThrough: true });
    const list = await bob.send("GET", "/api/grants");
    expect(list.body).toMatchObject({
      grants: [
        { person: { handle: "alice" }, grant: { kind: "always", mayBreakThrough: true } },
        { person: { handle: "carol" }, grant: { kind: "until" } },
      ],
      next: null,
    });
    const changed = await bob.send("PATCH", "/api/people/alice/grant", { mayBreakThrough: false });
    expect(changed.body).toMatchObject({ grant: { mayBreakThrough: false } });
    await bob.send("DELETE", "/api/people/alice/grant");
    expect(await sees(alice, bob)).toMatchObject({ callButton: "ask" });
    server.clock.now += limits.grantWeekMs;
    expect((await bob.send("GET", "/api/grants")).body).toMatchObject({ grants: [] });
  });

  test("that are not there can be ended, and not changed", async () => {
    expect((await bob.send("DELETE", "/api/people/alice/grant")).status).toBe(200);
    const change = await bob.send("PATCH", "/api/people/alice/grant", { mayBreakThrough: true });
    expect(change).toMatchObject({ status: 404, body: { code: "not-found" } });
  });

  test("are shown to whoever has one while they may ring, and go with the button", async () => {
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    const granted = { kind: "always", until: null };
    expect(await sees(alice, bob)).toMatchObject({ callButton: "call", granted });
    const gone: unknown[] = [];
    for (const path of ["never", "block"]) {
      await bob.send("PUT", `/api/people/alice/${path}`);
      const { callButton, granted: shown } = await sees(alice, bob);
      gone.push([callButton, shown]);
      await bob.send("DELETE", `/api/people/alice/${path}`);
      await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    }
    await bob.send("PATCH", "/api/settings/calls", { calling: "off" });
    expect(await sees(alice, bob)).toMatchObject({ callButton: "none", granted: null });
    expect(gone).toEqual([
      ["none", null],
      ["none", null],
    ]);
  });

  test("take a never back, as the owner said so last", async () => {
    await bob.send("PUT", "/api/people/alice/never");
    const { body } = await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    expect(body).toMatchObject({ youSaidNever: false, grant: { kind: "always" } });
    expect(await sees(alice, bob)).toMatchObject({ callButton: "call" });
  });

  test("end with a never, and taking that back brings none back", async () => {
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    const { body } = await bob.send("PUT", "/api/people/alice/never");
    expect(body).toMatchObject({ youSaidNever: true, grant: null });
    expect((await bob.send("GET", "/api/grants")).body).toMatchObject({ grants: [] });
    await bob.send("DELETE", "/api/people/alice/never");
    expect(await sees(alice, bob)).toMatchObject({ callButton: "ask" });
  });

  test("are not given to somebody whom one blocked", async () => {
    await bob.send("PUT", "/api/people/alice/block");
    const given = await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    expect(given).toMatchObject({ status: 409, body: { code: "you-blocked" } });
  });

  test("end with an unfollowing that says so, and with no other", async () => {
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    const kept = await bob.send("DELETE", "/api/people/alice/follow");
    expect(kept.body).toMatchObject({ youFollow: false, grant: { kind: "always" } });
    const ended = await bob.send("DELETE", "/api/people/alice/follow?endGrant=yes");
    expect(ended.body).toMatchObject({ grant: null });
  });

  test("to ring back can be taken back", async () => {
    await alice.send("POST", "/api/people/bob/ask", { reason: "" });
    await alice.send("PATCH", "/api/settings/calls", { calling: "off" });
    await alice.send("DELETE", "/api/people/bob/call-back");
    expect(await sees(bob, alice)).toMatchObject({ callButton: "none" });
    // What she asked shows as before: he hears nothing of it but a button that went.
    expect(await sees(alice, bob)).toMatchObject({ asked: { until: expect.any(Number) } });
  });
});
