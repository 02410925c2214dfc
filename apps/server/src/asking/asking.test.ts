import { type DownMessage, limits } from "@ringfence/protocol";
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

function ask(from: Person, to: Person, reason = "the key") {
  return from.send("POST", `/api/people/${to.handle}/ask`, { reason });
}

function answer(from: Person, to: Person, chosen: string) {
  return from.send("POST", `/api/people/${to.handle}/ask/answer`, { answer: chosen });
}

async function sees(viewer: Person, other: Person): Promise<Record<string, unknown>> {
  return (await viewer.send("GET", `/api/people/${other.handle}`)).body as Record<string, unknown>;
}

async function asksOf(person: Person): Promise<unknown[]> {
  const { body } = await person.send("GET", "/api/asks");
  return (body as { asks: unknown[] }).asks;
}

function toldTypes({ told }: Person): DownMessage["type"][] {
  return told.map(({ type }) => type);
}

/** Alice asks Bob, and withdraws at once. */
async function askAndWithdraw() {
  const { status } = await ask(alice, bob);
  await alice.send("DELETE", "/api/people/bob/ask");
  return status;
}

describe("asking to call", () => {
  test("shows a card to the one who is asked, and *Asked* to the one who asks", async () => {
    const { status, body } = await ask(alice, bob);
    expect(status).toBe(200);
    const until = server.clock.now + limits.askShownMs;
    expect(body).toMatchObject({ callButton: "none", asked: { until } });
    const card = { from: { handle: "alice" }, reason: "the key", at: server.clock.now };
    expect(await asksOf(bob)).toMatchObject([card]);
    expect(bob.told.at(-1)).toMatchObject({ type: "ask-received", ask: card });
    const thread = await bob.send("GET", "/api/conversations/alice");
    expect(thread.body).toMatchObject({ receivedAsk: card });
  });

  test("lets the one who is asked ring back at once, whatever the asker has chosen", async () => {
    await alice.send("PATCH", "/api/settings/calls", { calling: "off" });
    expect(await sees(bob, alice)).toMatchObject({ callButton: "none" });
    await ask(alice, bob);
    expect(await sees(bob, alice)).toMatchObject({ callButton: "call" });
    expect(bob.told.at(-2)).toMatchObject({ type: "conversation-changed" });
  });

  test("lets them ring back for as long as the card shows, also on its last day", async () => {
    await alice.send("PATCH", "/api/settings/calls", { calling: "off" });
    await ask(alice, bob);
    server.clock.now += limits.askShownMs - 1;
    expect(await asksOf(bob)).toHaveLength(1);
    expect(await sees(bob, alice)).toMatchObject({ callButton: "call" });
    await answer(bob, alice, "call-now");
    expect(await sees(bob, alice)).toMatchObject({ callButton: "call" });
    server.clock.now += 1;
    expect(await sees(bob, alice)).toMatchObject({ callButton: "none" });
  });

  test.each(["not-now", "never"])(
    "and %s cannot be told from silence by the list of who can ring, days later",
    async (no) => {
      await ask(alice, bob);
      server.clock.now += 2 * limits.callBackMs;
      const before = await alice.send("GET", "/api/who-may-ring");
      expect(before.body).toMatchObject({ people: [{ person: { handle: "bob" } }] });
      await answer(bob, alice, no);
      expect((await alice.send("GET", "/api/who-may-ring")).text).toBe(before.text);
    },
  );

  test("is possible too where one might ring, for whoever would rather ask", async () => {
    await alice.send("PUT", "/api/people/bob/follow");
    await bob.send("PATCH", "/api/settings/calls", { calling: "on", audiences: ["mutuals"] });
    expect(await sees(alice, bob)).toMatchObject({ callButton: "call" });
    expect((await ask(alice, bob)).status).toBe(200);
  });

  test("needs no words, and takes no more than 140 characters of them", async () => {
    expect((await ask(alice, bob, "")).status).toBe(200);
    const long = "x".repeat(limits.askReasonCharactersMax + 1);
    expect(await ask(bob, alice, long)).toMatchObject({ status: 400, body: { field: "reason" } });
  });

  test("a second time while it shows is told plainly", async () => {
    await ask(alice, bob);
    expect(await ask(alice, bob)).toMatchObject({ status: 409, body: { code: "already-asked" } });
    expect(await asksOf(bob)).toHaveLength(1);
  });

  test("is possible once a day and twice in a week, counting what was withdrawn", async () => {
    const dayMs = limits.askIntervalMs;
    expect(await askAndWithdraw()).toBe(200);
    expect(await askAndWithdraw()).toBe(403);
    server.clock.now += dayMs;
    expect(await askAndWithdraw()).toBe(200);
    server.clock.now += dayMs;
    expect(await askAndWithdraw()).toBe(403);
    server.clock.now += 5 * dayMs;
    expect(await askAndWithdraw()).toBe(200);
  });
});

describe("withdrawing", () => {
  test("takes the card away, and the right to ring back with it", async () => {
    await ask(alice, bob);
    await alice.send("PATCH", "/api/settings/calls", { calling: "off" });
    const { body } = await alice.send("DELETE", "/api/people/bob/ask");
    expect(body).toMatchObject({ asked: null });
    expect(await asksOf(bob)).toEqual([]);
    expect(toldTypes(bob)).toContain("ask-ended");
    expect(await sees(bob, alice)).toMatchObject({ callButton: "none" });
  });

  test("what was never asked changes nothing", async () => {
    expect((await alice.send("DELETE", "/api/people/bob/ask")).status).toBe(200);
    expect(toldTypes(bob)).not.toContain("ask-ended");
  });
});

describe("an answer", () => {
  beforeEach(async () => {
    await ask(alice, bob);
  });

  test.each([
    ["once-24h", "once", limits.grantOnceMs],
    ["7-days", "until", limits.grantWeekMs],
    ["always", "always", null],
  ])("%s is a right to ring, which the asker sees as buttons", async (chosen, kind, lasts) => {
    const { body } = await answer(bob, alice, chosen);
    const until = lasts === null ? null : server.clock.now + lasts;
    expect(body).toMatchObject({ grant: { kind, until, mayBreakThrough: false } });
    const standing = { callButton: "call", asked: null, granted: { kind, until } };
    expect(await sees(alice, bob)).toMatchObject(standing);
    expect(alice.told.at(-1)).toMatchObject({
      type: "conversation-changed",
      conversation: standing,
    });
    expect(toldTypes(bob)).toContain("grants-changed");
    expect(await asksOf(bob)).toEqual([]);
  });

  test.each(["not-now", "never"])(
    "%s looks like silence to the asker, in every byte",
    async (no) => {
      const before = await alice.send("GET", "/api/people/bob");
      const told = alice.told.length;
      expect((await answer(bob, alice, no)).status).toBe(200);
      expect((await alice.send("GET", "/api/people/bob")).text).toBe(before.text);
      expect(alice.told).toHaveLength(told);
      expect(await asksOf(bob)).toEqual([]);
      // A day later too, when a person who may ask again would see the button.
      server.clock.now += limits.askIntervalMs;
      expect((await alice.send("GET", "/api/people/bob")).text).toBe(before.text);
    },
  );

  test("never also keeps them from ringing by any audience", async () => {
    await alice.send("PUT", "/api/people/bob/follow");
    await bob.send("PATCH", "/api/settings/calls", { calling: "on", audiences: ["mutuals"] });
    await answer(bob, alice, "never");
    expect(await sees(bob, alice)).toMatchObject({ youSaidNever: true });
    expect(await sees(alice, bob)).toMatchObject({ callButton: "none" });
  });

  test("call-now takes the card away on every device and leaves the right to ring back", async () => {
    expect((await answer(bob, alice, "call-now")).status).toBe(200);
    expect(toldTypes(bob)).toContain("ask-ended");
    expect(await sees(bob, alice)).toMatchObject({ callButton: "call" });
  });

  test("that is given on the person's page takes the card away as well", async () => {
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    expect(toldTypes(bob)).toContain("ask-ended");
    expect(await asksOf(bob)).toEqual([]);
    expect(await sees(alice, bob)).toMatchObject({ callButton: "call", asked: null });
  });

  test("of never on the person's page takes the card away, and the asker sees no difference", async () => {
    const before = await alice.send("GET", "/api/people/bob");
    await bob.send("PUT", "/api/people/alice/never");
    expect(toldTypes(bob)).toContain("ask-ended");
    expect(await asksOf(bob)).toEqual([]);
    expect((await alice.send("GET", "/api/people/bob")).text).toBe(before.text);
  });

  test("given twice is refused the second time, and changes nothing", async () => {
    await answer(bob, alice, "always");
    expect(await answer(bob, alice, "never")).toMatchObject({
      status: 404,
      body: { code: "not-found" },
    });
    expect(await sees(bob, alice)).toMatchObject({ youSaidNever: false });
  });

  test("comes too late after a week", async () => {
    server.clock.now += limits.askShownMs;
    expect(await asksOf(bob)).toEqual([]);
    expect((await answer(bob, alice, "always")).status).toBe(404);
    expect(await sees(alice, bob)).toMatchObject({ asked: null });
  });

  test("to somebody who did not ask is refused", async () => {
    expect((await answer(alice, bob, "always")).status).toBe(404);
  });

  test("that is a right to ring lets the asker ask again when it has run out", async () => {
    await answer(bob, alice, "once-24h");
    server.clock.now += limits.grantOnceMs;
    expect(await sees(alice, bob)).toMatchObject({ callButton: "ask" });
    expect((await ask(alice, bob)).status).toBe(200);
  });
});

describe("a block while an ask shows", () => {
  test("takes the card away, and the asker goes on seeing *Asked* until it runs out", async () => {
    // That somebody follows no more can be seen, whatever the reason.
    await bob.send("DELETE", "/api/people/alice/follow");
    await ask(alice, bob);
    const before = await alice.send("GET", "/api/people/bob");
    const told = alice.told.length;
    await bob.send("PUT", "/api/people/alice/block");
    expect(await asksOf(bob)).toEqual([]);
    expect((await alice.send("GET", "/api/people/bob")).text).toBe(before.text);
    expect(alice.told).toHaveLength(told);
  });

  test("ends every right that it could ring by, and unblocking brings none back", async () => {
    await bob.send("PUT", "/api/people/alice/grant", { choice: "always" });
    await bob.send("PUT", "/api/people/alice/block");
    await bob.send("DELETE", "/api/people/alice/block");
    expect(await sees(bob, alice)).toMatchObject({ grant: null });
    expect(await sees(alice, bob)).toMatchObject({ callButton: "ask" });
  });
});

async function attempts(person: Person): Promise<unknown[]> {
  const { body } = await person.send("GET", "/api/attempts");
  return (body as { attempts: unknown[] }).attempts;
}

describe("the list of attempts", () => {
  test("says who was refused, why and how often, in words of the owner's own rules", async () => {
    await bob.send("PATCH", "/api/settings/calls", { calling: "off" });
    await ask(alice, bob);
    server.clock.now += 60_000;
    await ask(alice, bob);
    expect(await attempts(bob)).toEqual([
      {
        person: { handle: "alice", displayName: "alice of the test" },
        reason: "calling-off",
        count: 2,
        lastAt: server.clock.now,
      },
    ]);
    expect(await attempts(alice)).toEqual([]);
  });

  test("holds nothing whose cause is the caller's own", async () => {
    await alice.send("PUT", "/api/people/bob/block");
    expect((await ask(alice, bob)).status).toBe(403);
    expect(await attempts(bob)).toEqual([]);
    expect(await attempts(alice)).toEqual([]);
  });

  test("is paged, the latest first, and can be cleared", { timeout: 60_000 }, async () => {
    await bob.send("PATCH", "/api/settings/calls", { calling: "off" });
    const count = limits.pageEntriesMax + 2;
    const callers = [];
    for (let number = 0; number < count; number++) {
      const caller = await server.signUp(`caller${String(number).padStart(2, "0")}`);
      await write(caller, "bob", "hi");
      await bob.send("POST", `/api/conversations/${caller.handle}/accept`, {});
      await ask(caller, bob);
      callers.push(caller.handle);
    }
    const first = (await bob.send("GET", "/api/attempts")).body as {
      attempts: { person: { handle: string } }[];
      next: string;
    };
    const second = (await bob.send("GET", `/api/attempts?before=${first.next}`))
      .body as typeof first;
    const seen = [...first.attempts, ...second.attempts].map(({ person }) => person.handle);
    expect(seen).toEqual(callers.toReversed());
    expect(second.next).toBeNull();
    await bob.send("DELETE", "/api/attempts");
    expect(await attempts(bob)).toEqual([]);
  });
});

describe("a report", () => {
  test("is for whoever runs the server, and the reported person is told nothing", async () => {
    const told = alice.told.length;
    const report = { handle: "alice", about: "person", text: "rings at night" };
    expect((await bob.send("POST", "/api/reports", report)).status).toBe(204);
    expect(alice.told).toHaveLength(told);
  });

  test("names somebody who is here, and not oneself", async () => {
    const report = { about: "person", text: "" };
    const nobody = await bob.send("POST", "/api/reports", { ...report, handle: "nobody" });
    expect(nobody.status).toBe(404);
    expect((await bob.send("POST", "/api/reports", { ...report, handle: "bob" })).status).toBe(400);
  });
});
