import { randomUUID } from "node:crypto";
import { connect } from "@nats-io/transport-node";
import { AccountId, CallId, DeviceId, limits } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Nats, hasNats, startNats } from "../../../../../tests/services/nats.ts";
import { busLimits } from "../bus-limits.ts";
import type { Bus, BusMessage } from "../bus.ts";
import { parseNatsAddress } from "./nats-address.ts";
import { joinNatsBus } from "./nats-bus.ts";

const alice = AccountId.parse("0".repeat(25) + "1");
const phone = DeviceId.parse("0".repeat(25) + "3");
const callId = CallId.parse("0".repeat(25) + "5");
const patience = { timeout: 15_000 };

function message(sequence: number): BusMessage {
  return { frame: { sequence, isDelivery: true, message: { type: "heartbeat" } } };
}

/** As large as any may be. */
const filler = (characters: number) => "x".repeat(characters);
const statement = {
  statement: filler(limits.deviceStatementCharactersMax),
  signatures: [filler(limits.signatureCharactersMax), filler(limits.signatureCharactersMax)],
};
const largest: BusMessage = {
  ...message(7),
  forDevice: {
    device: phone,
    frame: {
      sequence: 7,
      isDelivery: true,
      message: {
        type: "prepare",
        callId,
        ice: { ufrag: filler(32), pwd: filler(64) },
        offer: {
          description: "\r\n".repeat(limits.descriptionBytesMax / 2),
          transcript: filler(limits.transcriptCharactersMax),
          signature: filler(limits.signatureCharactersMax),
        },
        chain: Array.from({ length: limits.deviceStatementsMax }, () => statement),
        relay: { callId, party: "b", relayId: "relay" },
      },
    },
  },
};

let nats: Nats;
let installation: string;
let logged: string[];
let resources: AsyncDisposableStack;

async function join(url = nats.url, ofInstallation = installation): Promise<Bus> {
  const address = parseNatsAddress(url);
  if (address === null) throw new Error("no address of NATS");
  const logger = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  const parts = { address, installation: ofInstallation, now: () => performance.now(), logger };
  return resources.use(await joinNatsBus(parts));
}

const joinTwo = () => Promise.all([join(), join()]);

describe.runIf(hasNats())("nodes that share a NATS", () => {
  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    nats = resources.use(await startNats());
    installation = randomUUID();
    logged = [];
  });

  afterEach(() => resources.disposeAsync());

  test("of two installations hear nothing of each other", async () => {
    const [one, other] = await Promise.all([join(), join(nats.url, randomUUID())]);
    const heard: unknown[] = [];
    await other.subscribe(alice, (given) => heard.push(given) > 0).heard;
    other.hear((announcement) => heard.push(announcement));
    expect(await one.deliver(alice, message(1))).toBe("nobody");
    expect(await one.isOpen(alice)).toBe(false);
    one.announce({ type: "ring-silenced", callId });
    expect([one.members(), other.members()]).toEqual([[one.node], [other.node]]);
    expect(heard).toEqual([]);
  });

  test("give an account what is for it on each of them, and say so when one wrote it", async () => {
    const [one, other] = await joinTwo();
    const third = await join();
    const heard: string[] = [];
    await one.subscribe(alice, () => heard.push("one") < 0).heard;
    await other.subscribe(alice, () => heard.push("other") > 0).heard;
    expect(await third.deliver(alice, message(1))).toBe("delivered");
    expect(await one.deliver(alice, message(2))).toBe("delivered");
    expect(heard.toSorted()).toEqual(["one", "one", "other", "other"]);
  });

  test("carry the largest message that there can be", async () => {
    const [one, other] = await joinTwo();
    const given: BusMessage[] = [];
    await other.subscribe(alice, (each) => given.push(each) > 0).heard;
    expect(await one.deliver(alice, largest)).toBe("delivered");
    expect(given).toEqual([largest]);
  });

  test("pass on nothing that is no message, and go on", async () => {
    const bus = await join();
    const given: BusMessage[] = [];
    await bus.subscribe(alice, (each) => given.push(each) > 0).heard;
    const stranger = await connect({ servers: nats.url });
    const subjects = new Set<string>();
    stranger.subscribe("ringfence.>", { callback: (_, { subject }) => void subjects.add(subject) });
    await expect
      .poll(() => [...subjects].some((one) => one.endsWith(".nodes")), patience)
      .toBe(true);
    const [nodes = ""] = subjects;
    const prefix = nodes.slice(0, nodes.lastIndexOf("."));
    for (const text of ["{", "{}", '{"frame":{"sequence":"1"}}', '{"type":"alive"}'])
      for (const subject of [nodes, `${prefix}.account.${alice}`]) stranger.publish(subject, text);
    await stranger.drain();
    await expect.poll(() => logged.length, patience).toBeGreaterThanOrEqual(8);
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    expect(given).toEqual([message(1)]);
    expect(bus.members()).toEqual([bus.node]);
  });

  test("take a node that says nothing any more for gone, and hear at once of one that leaves", async () => {
    const one = await join();
    const changes: string[] = [];
    one.onChange((change) => void changes.push(change));
    const other = await join();
    await expect.poll(() => one.members(), patience).toEqual([one.node, other.node]);
    await other[Symbol.asyncDispose]();
    expect(one.members()).toEqual([one.node]);
    expect(await one.isConnected(phone)).toBe(false);
    const stranger = await connect({ servers: nats.url });
    const silent = randomUUID();
    stranger.subscribe("ringfence.*.nodes", {
      max: 1,
      callback(_, { subject }) {
        stranger.publish(subject, JSON.stringify({ type: "alive", from: silent }));
        void stranger.drain();
      },
    });
    await expect.poll(() => one.members(), patience).toEqual([one.node, silent]);
    await expect.poll(() => one.members(), patience).toEqual([one.node]);
    expect(changes).toEqual(["members", "members", "members", "members"]);
    // It may only have lost NATS, and its people be in calls.
    expect(await one.isConnected(phone)).toBeNull();
  });

  test("know nothing of each other while NATS is away, and everything again when it is back", async () => {
    const [one, other] = await joinTwo();
    const heard: string[] = [];
    const changes: string[] = [];
    one.onChange((change) => void changes.push(`one ${change}`));
    other.onChange((change) => void changes.push(`other ${change}`));
    await other.subscribe(alice, ({ frame }) => heard.push(`other ${frame.sequence}`) > 0).heard;
    await nats.stop();
    await expect.poll(() => one.isUp() || other.isUp(), patience).toBe(false);
    expect(await one.deliver(alice, message(1))).toBe("nobody");
    expect(await one.isOpen(alice)).toBeNull();
    expect(await one.isConnected(phone)).toBeNull();
    // Of its own sockets each knows and tells as ever.
    await one.subscribe(alice, ({ frame }) => heard.push(`one ${frame.sequence}`) > 0).heard;
    await one.hold(phone, (why) => heard.push(why)).heard;
    expect(await one.deliver(alice, message(2))).toBe("delivered");
    expect([await one.isOpen(alice), await one.isConnected(phone)]).toEqual([true, true]);
    expect(one.members()).toHaveLength(2);
    await nats.start();
    await expect.poll(() => one.isUp() && other.isUp(), patience).toBe(true);
    await expect
      .poll(() => changes.toSorted(), patience)
      .toEqual(expect.arrayContaining(["one restored", "other restored"]));
    // What was said meanwhile is lost, and what each listens for, before or since, is known again.
    expect(await other.isConnected(phone)).toBe(true);
    expect(await other.deliver(alice, message(3))).toBe("delivered");
    await expect.poll(() => heard, patience).toEqual(["one 2", "other 3", "one 3"]);
    other.closeDevice(phone, "signed-out");
    await expect.poll(() => heard.at(-1), patience).toBe("signed-out");
    expect(one.figures()).toMatchObject({ reconnects: 1, nodes: 2 });
    expect(changes.filter((change) => change.endsWith("members"))).toEqual([]);
  });

  test("notice a NATS that answers no more, and keep nothing for it without bound", async () => {
    const [one, other] = await joinTwo();
    await other.subscribe(alice, () => true).heard;
    nats.freeze();
    try {
      const asked: Promise<unknown>[] = [];
      for (let sent = 0; sent < 200; sent++) asked.push(one.deliver(alice, largest));
      expect(await one.isOpen(alice)).toBeNull();
      expect(new Set(await Promise.all(asked))).toEqual(new Set(["nobody"]));
      expect(logged.filter((line) => line.includes("does not keep up"))).toHaveLength(1);
      await expect.poll(() => one.isUp(), patience).toBe(false);
    } finally {
      nats.thaw();
    }
    await expect.poll(() => one.isUp() && other.isUp(), patience).toBe(true);
    expect(await one.deliver(alice, message(2))).toBe("delivered");
    expect(one.members()).toHaveLength(2);
  });

  test("use another server of it when one is away", async () => {
    await using second = await startNats();
    const both = `nats://127.0.0.1:1,${second.url}`;
    const bus = await join(both);
    expect(bus.isUp()).toBe(true);
  });
});

describe.runIf(hasNats())("what is wrong with NATS_URL is said in words", () => {
  beforeEach(() => {
    resources = new AsyncDisposableStack();
    installation = randomUUID();
    logged = [];
  });

  afterEach(() => resources.disposeAsync());

  test("where nothing answers", async () => {
    await expect(join("nats://ann:secret@127.0.0.1:1")).rejects.toMatchObject({
      code: "bus-unreachable",
      message: expect.stringMatching(/127\.0\.0\.1:1 .*refused.*NATS_URL(?!.*secret)/),
    });
  });

  test("where NATS has no encryption", async () => {
    await using plain = await startNats();
    await expect(join(plain.url.replace("nats:", "tls:"))).rejects.toMatchObject({
      code: "bus-unreachable",
      message: expect.stringContaining("tls"),
    });
  });

  test("where it wants another password, or a token, and not where that is right", async () => {
    await using guarded = await startNats("authorization { user: ann, password: secret }");
    await using token = await startNats('authorization { token: "secret" }');
    const refused = {
      code: "bus-refused",
      message: expect.stringContaining("nats://user:password@"),
    };
    await expect(join(guarded.url)).rejects.toMatchObject(refused);
    await expect(join(guarded.url.replace("//", "//ann:wrong@"))).rejects.toMatchObject(refused);
    await expect(join(token.url)).rejects.toMatchObject(refused);
    expect((await join(guarded.url.replace("//", "//ann:secret@"))).isUp()).toBe(true);
    expect((await join(token.url.replace("//", "//secret@"))).isUp()).toBe(true);
  });
});

test("a node that is gone is noticed after a few of its heartbeats, not after one", () => {
  expect(busLimits.nodeGoneMs).toBeGreaterThan(2 * busLimits.heartbeatMs);
});
