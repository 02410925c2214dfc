import { AccountId, CallId, DeviceId } from "@ringfence/protocol";
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Nats, hasNats, startNats } from "../../../../tests/services/nats.ts";
import type { Announcement } from "./announcement.ts";
import type { Bus, BusMessage, Subscription } from "./bus.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { parseNatsAddress } from "./nats/nats-address.ts";
import { joinNatsBus } from "./nats/nats-bus.ts";

const alice = AccountId.parse("0".repeat(25) + "1");
const bob = AccountId.parse("0".repeat(25) + "2");
const phone = DeviceId.parse("0".repeat(25) + "3");
const laptop = DeviceId.parse("0".repeat(25) + "4");
const callId = CallId.parse("0".repeat(25) + "5");

function message(sequence: number): BusMessage {
  return { frame: { sequence, isDelivery: true, message: { type: "heartbeat" } } };
}

/** Two places of one installation: where something is said, and where it is to be heard. */
interface Places extends AsyncDisposable {
  here: Bus;
  there: Bus;
}

async function inOneProcess(): Promise<Places> {
  const bus = createInProcessBus();
  return { here: bus, there: bus, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}

const isNatsHere = hasNats();
let nats: Nats;

beforeAll(async () => {
  if (isNatsHere) nats = await startNats();
});

afterAll(async () => {
  if (isNatsHere) await nats[Symbol.asyncDispose]();
});

async function joinNats(installation: string): Promise<Bus> {
  const address = parseNatsAddress(nats.url);
  if (address === null) throw new Error("no address of NATS");
  const logger = pino({ level: "silent" });
  return joinNatsBus({ address, installation, now: () => performance.now(), logger });
}

async function onOneNode(): Promise<Places> {
  const bus = await joinNats(randomUUID());
  return { here: bus, there: bus, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}

async function fromNodeToNode(): Promise<Places> {
  const installation = randomUUID();
  const [here, there] = await Promise.all([joinNats(installation), joinNats(installation)]);
  return {
    here,
    there,
    async [Symbol.asyncDispose]() {
      await Promise.all([here, there].map((bus) => bus[Symbol.asyncDispose]()));
    },
  };
}

/** Every bus that there is: what follows is kept by each, whatever carries it. */
const buses: readonly { name: string; isOneNode: boolean; open: () => Promise<Places> }[] = [
  { name: "the bus of one process", isOneNode: true, open: inOneProcess },
  ...(isNatsHere
    ? [
        { name: "NATS, on one node", isOneNode: true, open: onOneNode },
        { name: "NATS, from node to node", isOneNode: false, open: fromNodeToNode },
      ]
    : []),
];

describe.each(buses)("$name", ({ open }) => {
  let places: Places;
  let bus: Bus;
  let there: Bus;
  /** Who was given which number, in order. */
  let heard: string[];

  beforeEach(async () => {
    places = await open();
    bus = places.here;
    there = places.there;
    heard = [];
  });

  afterEach(() => places[Symbol.asyncDispose]());

  async function listen(account: AccountId, who: string, writes = true): Promise<Subscription> {
    const subscription = there.subscribe(account, ({ frame }) => {
      heard.push(`${who} ${frame.sequence}`);
      return writes;
    });
    await subscription.heard;
    return subscription;
  }

  test("carries a message whole, with what is for one device alone", async () => {
    const given: BusMessage[] = [];
    await there.subscribe(alice, (one) => given.push(one) > 0).heard;
    const sent = { ...message(7), forDevice: { device: phone, frame: message(7).frame } };
    expect(await bus.deliver(alice, sent)).toBe("delivered");
    expect(given).toEqual([sent]);
  });

  test("has carried a message when it says so", async () => {
    await listen(alice, "alice");
    await bus.deliver(alice, message(1));
    expect(heard).toEqual(["alice 1"]);
  });

  test("gives a message to every handler of its account and to no other's", async () => {
    await listen(alice, "phone");
    await listen(alice, "laptop");
    await listen(bob, "bob");
    await bus.deliver(alice, message(1));
    expect(heard.toSorted()).toEqual(["laptop 1", "phone 1"]);
  });

  test("gives each handler the messages in the order they were delivered", async () => {
    await listen(alice, "alice");
    const sequences = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(sequences.map((sequence) => bus.deliver(alice, message(sequence))));
    expect(heard).toEqual(sequences.map((sequence) => `alice ${sequence}`));
  });

  test("says `nobody` of an account that nobody listens for", async () => {
    await listen(bob, "bob");
    expect(await bus.deliver(alice, message(1))).toBe("nobody");
  });

  test("says `nobody` where no handler wrote the message", async () => {
    await listen(alice, "phone", false);
    await listen(alice, "laptop", false);
    expect(await bus.deliver(alice, message(1))).toBe("nobody");
    expect(heard).toHaveLength(2);
  });

  test("says `delivered` where one of the handlers wrote the message, whichever", async () => {
    await listen(alice, "phone", false);
    await listen(alice, "laptop");
    await listen(alice, "tablet", false);
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    expect(heard).toHaveLength(3);
  });

  test("gives nothing to a subscription that was disposed, and goes on with the others", async () => {
    const gone = await listen(alice, "phone");
    const other = await listen(alice, "laptop");
    gone[Symbol.dispose]();
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    other[Symbol.dispose]();
    expect(await bus.deliver(alice, message(2))).toBe("nobody");
    expect(heard).toEqual(["laptop 1"]);
  });

  test("keeps a later subscription when an earlier one is disposed twice", async () => {
    const earlier = await listen(alice, "earlier");
    earlier[Symbol.dispose]();
    await listen(alice, "later");
    earlier[Symbol.dispose]();
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    expect(heard).toEqual(["later 1"]);
  });

  test("keeps two subscriptions of one handler apart", async () => {
    const handler = ({ frame }: BusMessage) => heard.push(`both ${frame.sequence}`) > 0;
    const one = there.subscribe(alice, handler);
    await there.subscribe(alice, handler).heard;
    await bus.deliver(alice, message(1));
    one[Symbol.dispose]();
    expect(await bus.deliver(alice, message(2))).toBe("delivered");
    expect(heard).toEqual(["both 1", "both 1", "both 2"]);
  });

  test("lets a handler end its own subscription while it is given a message", async () => {
    const once = there.subscribe(alice, ({ frame }) => {
      once[Symbol.dispose]();
      return heard.push(`once ${frame.sequence}`) > 0;
    });
    await listen(alice, "laptop");
    await bus.deliver(alice, message(1));
    await bus.deliver(alice, message(2));
    expect(heard.toSorted()).toEqual(["laptop 1", "laptop 2", "once 1"]);
  });

  test("gives a message to no handler that was subscribed because of it", async () => {
    const first = there.subscribe(alice, ({ frame }) => {
      there.subscribe(alice, (one) => heard.push(`${frame.sequence}: ${one.frame.sequence}`) > 0);
      return true;
    });
    await first.heard;
    await bus.deliver(alice, message(1));
    expect(heard).toEqual([]);
    await bus.deliver(alice, message(2));
    expect(heard).toEqual(["1: 2"]);
  });

  test("knows of an account whether anybody is subscribed to it", async () => {
    expect(await bus.isOpen(alice)).toBe(false);
    const subscription = await listen(alice, "alice", false);
    expect(await Promise.all([alice, bob].map((one) => bus.isOpen(one)))).toEqual([true, false]);
    subscription[Symbol.dispose]();
    await expect.poll(() => bus.isOpen(alice)).toBe(false);
    expect(heard).toEqual([]);
  });

  test("knows of a device whether it is held, for as long as anybody holds it", async () => {
    expect(await bus.isConnected(phone)).toBe(false);
    const [one, other] = [there.hold(phone, () => {}), there.hold(phone, () => {})];
    await Promise.all([one.heard, other.heard]);
    expect(await bus.isConnected(phone)).toBe(true);
    expect(await bus.isConnected(laptop)).toBe(false);
    one[Symbol.dispose]();
    expect(await bus.isConnected(phone)).toBe(true);
    other[Symbol.dispose]();
    await expect.poll(() => bus.isConnected(phone)).toBe(false);
  });

  test("closes a device everywhere and no other, and says why", async () => {
    const closed: string[] = [];
    for (const [name, device] of Object.entries({ phone, laptop }))
      await there.hold(device, (why) => closed.push(`${name} ${why}`)).heard;
    bus.closeDevice(phone, "signed-out");
    await expect.poll(() => closed).toEqual(["phone signed-out"]);
    bus.closeDevice(laptop, "suspended");
    await expect.poll(() => closed).toEqual(["phone signed-out", "laptop suspended"]);
  });

  test("announces to every node, in order, and says from which", async () => {
    const announced: unknown[] = [];
    const hearing = there.hear((announcement, from) => announced.push([announcement, from]));
    const said: Announcement[] = [
      { type: "ring-kept", callId, knowing: [phone], pushed: [] },
      { type: "rings-wanted" },
      { type: "ring-known", callId, device: phone },
      { type: "ring-pushed", callId, device: laptop },
      { type: "ring-silenced", callId },
      { type: "ring-ended", callId, reason: "missed" },
      { type: "challenge-used", challenge: "Y2hhbGxlbmdl" },
      { type: "page-closed", account: alice, device: phone },
    ];
    for (const announcement of said) bus.announce(announcement);
    await expect.poll(() => announced).toEqual(said.map((one) => [one, bus.node]));
    hearing[Symbol.dispose]();
  });

  test("has heard its own announcement when it is made", () => {
    const announced: Announcement[] = [];
    using _ = bus.hear((announcement) => announced.push(announcement));
    bus.announce({ type: "ring-silenced", callId });
    expect(announced).toEqual([{ type: "ring-silenced", callId }]);
  });

  test("gives every key to exactly one of the nodes that live", () => {
    const nodes = new Map([bus, there].map((one) => [one.node, one]));
    expect(bus.members().toSorted()).toEqual([...nodes.keys()].toSorted());
    const owners = Array.from({ length: 1_000 }, (_, key) =>
      [...nodes.values()].filter((one) => one.isMine(`${key}`)).map(({ node }) => node),
    );
    expect(owners.filter((each) => each.length !== 1)).toEqual([]);
    for (const node of nodes.keys()) {
      const share = owners.filter(([owner]) => owner === node).length;
      expect(share).toBeGreaterThan(700 / nodes.size);
    }
  });
});

describe.each(buses.filter(({ isOneNode }) => isOneNode))(
  "a handler that throws, $name",
  ({ open }) => {
    let places: Places;
    let bus: Bus;
    let heard: string[];

    beforeEach(async () => {
      places = await open();
      bus = places.here;
      heard = [];
    });

    afterEach(() => places[Symbol.asyncDispose]());

    function listen(account: AccountId, who: string): void {
      bus.subscribe(account, ({ frame }) => heard.push(`${who} ${frame.sequence}`) > 0);
    }

    test("lets no handler that throws stop the others, and tells who delivers", async () => {
      listen(alice, "phone");
      bus.subscribe(alice, () => {
        throw new Error("a socket broke");
      });
      listen(alice, "laptop");
      await expect(bus.deliver(alice, message(1))).rejects.toMatchObject({
        errors: [{ message: "a socket broke" }],
      });
      expect(heard.toSorted()).toEqual(["laptop 1", "phone 1"]);
    });

    test("goes on for a handler that threw", async () => {
      let isBroken = true;
      bus.subscribe(alice, ({ frame }) => {
        if (isBroken) throw new Error("for once");
        return heard.push(`alice ${frame.sequence}`) > 0;
      });
      await expect(bus.deliver(alice, message(1))).rejects.toThrow(AggregateError);
      isBroken = false;
      expect(await bus.deliver(alice, message(2))).toBe("delivered");
      expect(heard).toEqual(["alice 2"]);
    });
  },
);
