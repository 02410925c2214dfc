import { limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Browser,
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
  write,
} from "../http/server-under-test.ts";
import { createInvitation } from "./invitations.ts";

let server: ServerUnderTest;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
});
afterEach(() => server[Symbol.asyncDispose]());

interface Made {
  token: string;
  invitation: { id: string };
}

async function invitationOf(inviter: Browser): Promise<Made> {
  return (await inviter.send("POST", "/api/invitations", {})).body as Made;
}

function view(who: Browser, token: string) {
  return who.send("POST", "/api/invitations/view", { token });
}

function agree(who: Browser, token: string) {
  return who.send("POST", "/api/invitations/agree", { token });
}

async function relationsOf(of: ServerUnderTest) {
  const { follow, participation } = await dumpOf(of);
  return { follow, participation };
}

describe("an invitation", () => {
  test("says who invites, also to a browser that nobody is signed in to", async () => {
    const { token } = await invitationOf(alice);
    const { body } = await view(server.browser(), token);
    expect(body).toMatchObject({ from: { handle: "alice", displayName: "alice of the test" } });
  });

  test("makes two people mutuals in a conversation that both entered, once it is agreed to", async () => {
    const { token } = await invitationOf(alice);
    const { body } = await agree(bob, token);
    expect(body).toMatchObject({
      person: { handle: "alice", youFollow: true, followsYou: true },
    });
    const me = await bob.send("GET", "/api/me");
    expect(me.body).toMatchObject({ callSettings: { calling: "on", audiences: ["mutuals"] } });
    // Alice can ring at once: they follow each other, and Bob's calls are on for mutuals.
    expect((await alice.send("GET", "/api/people/bob")).body).toMatchObject({ callButton: "call" });
  });

  test("stands as a conversation in both lists though nobody wrote yet, and is told live", async () => {
    const { token } = await invitationOf(alice);
    await agree(bob, token);
    for (const [me, other] of [
      [alice, "bob"],
      [bob, "alice"],
    ] as const) {
      const list = await me.send("GET", "/api/conversations?place=inbox");
      expect(list.body).toMatchObject({
        conversations: [{ with: { handle: other }, entered: true, latest: null }],
      });
      expect(me.told).toContainEqual(
        expect.objectContaining({
          type: "conversation-changed",
          conversation: expect.objectContaining({
            with: expect.objectContaining({ handle: other }),
          }),
        }),
      );
    }
  });

  test("keeps a conversation that the two had, with what was its latest", async () => {
    await write(alice, "bob", "hello");
    const { token } = await invitationOf(alice);
    await agree(bob, token);
    const list = await bob.send("GET", "/api/conversations?place=inbox");
    expect(list.body).toMatchObject({ conversations: [{ latest: { text: "hello" } }] });
  });

  test.each([
    ["unset", undefined, ["mutuals"]],
    ["off, with audiences from before", { calling: "off", audiences: ["everyone"] }, ["mutuals"]],
    [
      "on for others",
      { calling: "on", audiences: ["people-i-follow"] },
      ["mutuals", "people-i-follow"],
    ],
  ])("turns calls on for mutuals, and for nobody else: %s", async (_, before, audiences) => {
    if (before !== undefined) await bob.send("PATCH", "/api/settings/calls", before);
    const { token } = await invitationOf(alice);
    await agree(bob, token);
    const { body } = await bob.send("GET", "/api/me");
    const { callSettings } = body as { callSettings: { calling: string; audiences: string[] } };
    expect(callSettings.calling).toBe("on");
    expect(callSettings.audiences.toSorted()).toEqual(audiences);
  });

  test("changes nothing of what its inviter lets others do", async () => {
    const { token } = await invitationOf(alice);
    await agree(bob, token);
    const { body } = await alice.send("GET", "/api/me");
    expect(body).toMatchObject({ callSettings: { calling: "unset", audiences: [] } });
  });

  test("works once, also when two agree at the same moment", async () => {
    const carol = await server.signUp("carol");
    const { token } = await invitationOf(alice);
    const answers = await Promise.all([agree(bob, token), agree(carol, token)]);
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 410]));
  });

  test("is nothing to agree to for its own inviter", async () => {
    const { token } = await invitationOf(alice);
    const answer = await agree(alice, token);
    expect(answer).toMatchObject({ status: 400, body: { code: "yourself" } });
    expect((await agree(bob, token)).status).toBe(200);
  });

  test.each<[string, (made: Made) => Promise<unknown> | undefined]>([
    ["revoked", ({ invitation }) => alice.send("DELETE", `/api/invitations/${invitation.id}`)],
    ["too old", async () => (server.clock.now += limits.invitationLifetimeMs)],
    ["agreed to", async ({ token }) => agree(await server.signUp("carol"), token)],
    ["of somebody who blocked me", () => alice.send("PUT", "/api/people/bob/block")],
    ["of somebody whom I blocked", () => bob.send("PUT", "/api/people/alice/block")],
    [
      "of somebody who is gone",
      () =>
        alice.send("POST", "/api/accounts/me/delete", { proof: { type: "password", password } }),
    ],
    ["never made", async (made) => (made.token = "no such token")],
  ])("is worth nothing, in the same bytes, when it is %s", async (_, end) => {
    const made = await invitationOf(alice);
    await end(made);
    const before = await relationsOf(server);
    const told = bob.told.length;
    for (const answer of [await view(bob, made.token), await agree(bob, made.token)]) {
      expect(answer.status).toBe(410);
      expect(answer.body).toEqual({
        code: "link-used",
        message:
          "This invitation does not work any more: each works once, and for a week. Ask whoever sent it for a new one.",
      });
    }
    // A browser that is signed out learns no more of it: of a block least of all.
    expect((await view(server.browser(), made.token)).status).toBe(410);
    expect(await relationsOf(server)).toEqual(before);
    // As many deliveries of nothing, whatever the cause.
    expect(bob.told.slice(told)).toEqual([{ type: "heartbeat" }, { type: "heartbeat" }]);
  });

  test("is kept for whoever signed up with it, whoever else shows its token", async () => {
    const { token } = await invitationOf(alice);
    const browser = server.browser();
    expect((await signUp(browser, token)).status).toBe(200);
    await alice.send("PUT", "/api/people/bob/block");
    expect((await view(bob, token)).status).toBe(410);
    expect((await agree(browser, token)).status).toBe(200);
  });

  test("can be revoked by its inviter alone", async () => {
    const { token, invitation } = await invitationOf(alice);
    await bob.send("DELETE", `/api/invitations/${invitation.id}`);
    expect((await agree(bob, token)).status).toBe(200);
  });

  test("is kept without its token", async () => {
    const { token } = await invitationOf(alice);
    expect(JSON.stringify(await dumpOf(server))).not.toContain(token);
    expect(server.logged.join("")).not.toContain(token);
  });
});

describe("the list of invitations", () => {
  test("holds those that can still be taken, the newest first, and nobody else's", async () => {
    const first = await invitationOf(alice);
    server.clock.now += 1_000;
    const second = await invitationOf(alice);
    await invitationOf(bob);
    const { body } = await alice.send("GET", "/api/invitations");
    const { invitations } = body as { invitations: { id: string }[] };
    expect(invitations.map(({ id }) => id)).toEqual([second.invitation.id, first.invitation.id]);
  });

  test("has an end", async () => {
    for (let made = 0; made < limits.invitationsMax; made++) await invitationOf(alice);
    const answer = await alice.send("POST", "/api/invitations", {});
    expect(answer).toMatchObject({ status: 409, body: { code: "list-full" } });
  });
});

const carol = { handle: "carol", displayName: "Carol", password };

function signUp(who: Browser, invitation?: string, headers?: Record<string, string>) {
  return who.send("POST", "/api/accounts", { ...carol, invitation }, headers);
}

async function operatorsToken(): Promise<string> {
  return (await server.store.write((work) => createInvitation(work, null))).token;
}

async function restart(signUpRule: "open" | "invite" | "closed" | "open-on-this-machine") {
  await server[Symbol.asyncDispose]();
  server = await startServer({ signUp: signUpRule });
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
}

describe("signing up", () => {
  test("by invitation needs one", async () => {
    await restart("invite");
    expect((await server.browser().send("GET", "/api/server")).body).toEqual({ signUp: "invite" });
    expect(await signUp(server.browser())).toMatchObject({
      status: 403,
      body: { code: "invitation-needed" },
    });
    const { token } = await invitationOf(alice);
    expect((await signUp(server.browser(), token)).status).toBe(200);
  });

  test("keeps the invitation for whoever signed up with it", async () => {
    await restart("invite");
    const { token } = await invitationOf(alice);
    const browser = server.browser();
    await signUp(browser, token);
    expect((await agree(bob, token)).status).toBe(410);
    expect((await view(server.browser(), token)).status).toBe(410);
    expect((await view(browser, token)).body).toMatchObject({ from: { handle: "alice" } });
    expect((await agree(browser, token)).status).toBe(200);
  });

  test("that fails leaves the invitation as it was", async () => {
    await restart("invite");
    const { token } = await invitationOf(alice);
    const taken = { ...carol, handle: "alice", invitation: token };
    expect((await server.browser().send("POST", "/api/accounts", taken)).status).toBe(409);
    expect((await signUp(server.browser(), token)).status).toBe(200);
  });

  test("with the operator's link makes nobody follow anybody, and works once", async () => {
    await restart("closed");
    const token = await operatorsToken();
    expect((await view(server.browser(), token)).body).toMatchObject({ from: null });
    expect((await signUp(server.browser(), token)).status).toBe(200);
    expect((await dumpOf(server))["follow"]).toEqual([]);
    const again = { ...carol, handle: "dave", invitation: token };
    expect((await server.browser().send("POST", "/api/accounts", again)).status).toBe(410);
  });

  test("where it is closed takes no invitation but the operator's", async () => {
    await restart("closed");
    const { token } = await invitationOf(alice);
    for (const invitation of [undefined, token]) {
      expect(await signUp(server.browser(), invitation)).toMatchObject({
        status: 403,
        body: { code: "sign-up-closed" },
      });
    }
  });

  test.each([
    ["a browser on this machine", {}, "open"],
    ["what a reverse proxy hands on", { "x-forwarded-for": "203.0.113.7" }, "invite"],
    ["what another proxy hands on", { via: "1.1 gate" }, "invite"],
  ])("is open on this machine alone, where nothing is set: %s", async (_, headers, rule) => {
    await restart("open-on-this-machine");
    const browser = server.browser();
    const { body } = await browser.send("GET", "/api/server", undefined, headers);
    expect(body).toEqual({ signUp: rule });
    const { status } = await signUp(browser, undefined, headers);
    expect(status).toBe(rule === "open" ? 200 : 403);
  });
});
