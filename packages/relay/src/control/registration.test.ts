import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { type Application, startApplication } from "../test-client/application.ts";
import { Lab } from "../test-client/lab.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { type ProvenRelay, provenRelay } from "../test-client/proven-relay.ts";
import { secret, startRelay, udpClient } from "../test-client/together.ts";
import { parseControlDown } from "./control-message.ts";
import type { LiveCall } from "./live-call.ts";
import type { LiveCalls } from "./relay-connection.ts";
import { unregistered } from "./registration.ts";

const registrationOf = (id: string) => ({ id, urls: [`turn:${id}.example.org`], group: "north" });

/** A relay that says who it is, and takes the list. */
async function registered(application: Application, id: string): Promise<ProvenRelay> {
  const relay = await provenRelay(application, [{ type: "register", relay: registrationOf(id) }]);
  relay.acknowledgeAll();
  await expect.poll(() => application.control.relays().map((one) => one.id)).toContain(id);
  return relay;
}

/** But in which order it was numbered. */
function heardBy(relay: ProvenRelay): object[] {
  return relay.heard.map((message) => ({ ...message, sequence: undefined }));
}

const ownOrAll = (id: string): LiveCall[] => [{ callId: id === unregistered ? "all" : "own" }];

describe("a relay that registers", () => {
  test("is known by its id, its addresses and its group, until it goes", async () => {
    await using application = await startApplication({ secret });
    await using first = await registered(application, "first");
    await using second = await registered(application, "second");
    expect(application.control.relays()).toEqual([
      { ...registrationOf("first"), isDraining: false },
      { ...registrationOf("second"), isDraining: false },
    ]);
    expect(application.control.figures().relaysByGroup).toEqual({ north: 2 });
    first.socket.terminate();
    await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual(["second"]);
    expect(second.heard.map(({ type }) => type)).toContain("live-calls");
  });

  test("is told its own calls, and hears no more of the others", async () => {
    const calls = new Map([
      ["first", [{ callId: "one" }]],
      ["second", [{ callId: "two" }]],
    ]);
    const liveCalls = (id: string): LiveCall[] => calls.get(id) ?? [];
    await using application = await startApplication({ secret, liveCalls });
    await using first = await registered(application, "first");
    await using second = await registered(application, "second");
    await application.control.join("two", "a1", "b1", ["second"]);
    await application.control.end("one", ["first"]);
    expect(heardBy(first)).toEqual([
      { type: "live-calls", calls: [{ callId: "one" }] },
      { type: "end", callId: "one" },
    ]);
    expect(heardBy(second)).toEqual([
      { type: "live-calls", calls: [{ callId: "two" }] },
      { type: "join", callId: "two", join: { callerDevice: "a1", calleeDevice: "b1" } },
    ]);
  });

  test("stays the relay that it said first that it is", async () => {
    await using application = await startApplication({ secret });
    await using relay = await registered(application, "first");
    relay.socket.send(JSON.stringify({ type: "register", relay: registrationOf("second") }));
    relay.socket.send(JSON.stringify({ type: "register", relay: registrationOf("first") }));
    const lists = () => relay.heard.filter(({ type }) => type === "live-calls").length;
    await expect.poll(lists).toBe(2);
    expect(application.control.relays().map(({ id }) => id)).toEqual(["first"]);
  });

  test("may be slow to say so: it is told the calls of others first, and then its own", async () => {
    await using application = await startApplication({ secret, liveCalls: ownOrAll });
    await using relay = await provenRelay(application, [{ type: "heartbeat" }]);
    relay.acknowledgeAll();
    await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual([""]);
    relay.socket.send(JSON.stringify({ type: "register", relay: registrationOf("late") }));
    await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual(["late"]);
    expect(relay.heard.at(-1)).toMatchObject({ type: "live-calls", calls: [{ callId: "own" }] });
  });

  test("keeps its calls when it is slow to say so: the list of others speaks for no other node", async () => {
    const liveCalls = ownOrAll;
    await using application = await startApplication({ secret, database: "shared", liveCalls });
    await using relay = await provenRelay(application, [{ type: "heartbeat" }]);
    relay.acknowledgeAll();
    relay.socket.send(JSON.stringify({ type: "register", relay: registrationOf("late") }));
    await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual(["late"]);
    await expect.poll(() => relay.heard.length).toBe(2);
    const lab = new Lab();
    lab.relay.declareCall({ connection: "other", database: "shared" }, { callId: "own" }, lab.now);
    const call = lab.allocated("a", { callId: "own" });
    lab.relay.askForCalls({ connection: "slow" });
    for (const text of relay.heard.map((message) => JSON.stringify(message))) {
      const list = parseControlDown(text);
      if (typeof list === "string" || list.type !== "live-calls") throw new Error("it is no list");
      lab.relay.replaceCalls({ connection: "slow", database: list.database }, list.calls, lab.now);
      expect(call.code(call.turn.refresh())).toBe(0);
    }
  });

  test("is told its own alone when it says so while the list of others is being made", async () => {
    const others = Promise.withResolvers<LiveCall[]>();
    const liveCalls = (id: string) => {
      if (id === unregistered) return others.promise;
      others.resolve(ownOrAll(unregistered));
      return ownOrAll(id);
    };
    await using application = await startApplication({ secret, database: "shared", liveCalls });
    const says = [{ type: "heartbeat" }, { type: "register", relay: registrationOf("late") }];
    await using relay = await provenRelay(application, says);
    relay.acknowledgeAll();
    await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual(["late"]);
    expect(heardBy(relay)).toEqual([
      { type: "live-calls", calls: [{ callId: "own" }], database: "shared" },
    ]);
  });

  test.each([
    { why: "no id", relay: { urls: [], group: null } },
    { why: "an id that could not stand in a message", relay: { id: "a b", urls: [], group: null } },
    {
      why: "more addresses than a browser should try",
      relay: { id: "x", urls: Array(17).fill("turn:x"), group: null },
    },
    { why: "an address that is none", relay: { id: "x", urls: ["x".repeat(301)], group: null } },
    { why: "a group with a long name", relay: { id: "x", urls: [], group: "x".repeat(65) } },
  ])("with $why is sent away", async ({ relay }) => {
    await using application = await startApplication({ secret });
    await using proven = await provenRelay(application, [{ type: "register", relay }]);
    if (proven.socket.readyState === proven.socket.OPEN) await once(proven.socket, "close");
    expect(application.control.relays()).toEqual([]);
  });

  test("has another id whenever it starts", async () => {
    await using application = await startApplication({ secret });
    const ids: string[] = [];
    for (let starts = 0; starts < 2; starts++) {
      await using relay = await startRelay(new MemoryLog(), application.url);
      await expect.poll(() => application.control.relays().map(({ id }) => id)).toEqual([relay.id]);
      ids.push(relay.id);
    }
    expect(new Set(ids).size).toBe(2);
  });
});

describe("a relay of a version that does not register", () => {
  test.each([
    { why: "reports its figures at once", says: [{ type: "heartbeat" }] },
    { why: "says nothing", says: [] },
  ])("and $why is told all calls, and is one relay with all such", async ({ says }) => {
    const asked: string[] = [];
    const liveCalls: LiveCalls = (id) => {
      asked.push(id);
      return [{ callId: "call" }];
    };
    await using application = await startApplication({ secret, liveCalls });
    await using first = await provenRelay(application, says);
    await using second = await provenRelay(application, says);
    for (const relay of [first, second]) {
      relay.acknowledgeAll();
      await expect.poll(() => relay.heard.some(({ type }) => type === "live-calls")).toBe(true);
    }
    await expect.poll(() => application.control.connectedRelays()).toBe(2);
    expect(asked).toEqual([unregistered, unregistered]);
    expect(application.control.relays()).toEqual([
      { id: unregistered, urls: [], group: null, isDraining: false },
    ]);
    expect(await application.control.callLive("another", [unregistered])).toBe(true);
    for (const relay of [first, second]) {
      expect(relay.heard.map(({ type }) => type)).toContain("live");
    }
  });
});

describe("two nodes on one database", () => {
  test("a list that one read before the other's call was committed does not end that call", async () => {
    const early = Promise.withResolvers<readonly LiveCall[]>();
    const asked = Promise.withResolvers<void>();
    await using slow = await startApplication({
      secret,
      database: "shared",
      liveCalls: () => {
        asked.resolve();
        return early.promise;
      },
    });
    await using quick = await startApplication({ secret, database: "shared" });
    await using relay = await startRelay(new MemoryLog(), slow.url, quick.url);
    await asked.promise;
    await expect.poll(() => quick.control.callLive("young")).toBe(true);
    await using a = await udpClient(relay, "a", "young");
    expect(await a.allocate()).toBe(0);
    const ready = slow.log.next("relay connected");
    early.resolve([]);
    await ready;
    expect(relay.allocations()).toBe(1);
    expect(await a.code(a.turn.refresh())).toBe(0);
  });

  test("a call that one ended with its last breath is ended by the other's list", async () => {
    let calls: LiveCall[] = [{ callId: "call" }];
    const liveCalls = (): LiveCall[] => calls;
    await using lasting = await startApplication({ secret, database: "shared", liveCalls });
    const dying = await startApplication({ secret, database: "shared", liveCalls });
    const ready = [lasting, dying].map(({ log }) => log.next("relay connected"));
    await using relay = await startRelay(new MemoryLog(), lasting.url, dying.url);
    await Promise.all(ready);
    await using a = await udpClient(relay, "a");
    expect(await a.allocate()).toBe(0);
    // It committed the end, and was killed before it could say so.
    calls = [];
    await dying[Symbol.asyncDispose]();
    expect(relay.allocations()).toBe(1);
    await using again = await startApplication({
      secret,
      port: dying.port,
      database: "shared",
      liveCalls,
    });
    await again.log.next("relay connected");
    expect(relay.allocations()).toBe(0);
  });
});
