import { AccountId, DeviceId } from "@ringfence/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Bus, BusMessage } from "./bus.ts";
import { createInProcessBus } from "./in-process-bus.ts";

const alice = AccountId.parse("0".repeat(25) + "1");
const bob = AccountId.parse("0".repeat(25) + "2");
const phone = DeviceId.parse("0".repeat(25) + "3");

function message(sequence: number): BusMessage {
  return { frame: { sequence, isDelivery: true, message: { type: "heartbeat" } } };
}

/** Every bus that there is: what follows is kept by each, whatever carries it. */
const buses: readonly { name: string; createBus: () => Bus }[] = [
  { name: "the bus of one process", createBus: createInProcessBus },
];

describe.each(buses)("$name", ({ createBus }) => {
  let bus: Bus;
  /** Who was given which number, in order. */
  let heard: string[];

  beforeEach(() => {
    bus = createBus();
    heard = [];
  });

  function listen(account: AccountId, who: string, writes = true): Disposable {
    return bus.subscribe(account, ({ frame }) => {
      heard.push(`${who} ${frame.sequence}`);
      return writes;
    });
  }

  test("carries a message whole, with what is for one device alone", async () => {
    const given: BusMessage[] = [];
    bus.subscribe(alice, (one) => given.push(one) > 0);
    const sent = { ...message(7), forDevice: { device: phone, frame: message(7).frame } };
    expect(await bus.deliver(alice, sent)).toBe("delivered");
    expect(given).toEqual([sent]);
  });

  test("has carried a message when it says so", async () => {
    listen(alice, "alice");
    await bus.deliver(alice, message(1));
    expect(heard).toEqual(["alice 1"]);
  });

  test("gives a message to every handler of its account and to no other's", async () => {
    listen(alice, "phone");
    listen(alice, "laptop");
    listen(bob, "bob");
    await bus.deliver(alice, message(1));
    expect(heard.toSorted()).toEqual(["laptop 1", "phone 1"]);
  });

  test("gives each handler the messages in the order they were delivered", async () => {
    listen(alice, "alice");
    const sequences = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(sequences.map((sequence) => bus.deliver(alice, message(sequence))));
    expect(heard).toEqual(sequences.map((sequence) => `alice ${sequence}`));
  });

  test("says `nobody` of an account that nobody listens for", async () => {
    listen(bob, "bob");
    expect(await bus.deliver(alice, message(1))).toBe("nobody");
  });

  test("says `nobody` where no handler wrote the message", async () => {
    listen(alice, "phone", false);
    listen(alice, "laptop", false);
    expect(await bus.deliver(alice, message(1))).toBe("nobody");
    expect(heard).toHaveLength(2);
  });

  test("says `delivered` where one of the handlers wrote the message, whichever", async () => {
    listen(alice, "phone", false);
    listen(alice, "laptop");
    listen(alice, "tablet", false);
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    expect(heard).toHaveLength(3);
  });

  test("gives nothing to a subscription that was disposed, and goes on with the others", async () => {
    const gone = listen(alice, "phone");
    const laptop = listen(alice, "laptop");
    gone[Symbol.dispose]();
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    laptop[Symbol.dispose]();
    expect(await bus.deliver(alice, message(2))).toBe("nobody");
    expect(heard).toEqual(["laptop 1"]);
  });

  test("keeps a later subscription when an earlier one is disposed twice", async () => {
    const earlier = listen(alice, "earlier");
    earlier[Symbol.dispose]();
    listen(alice, "later");
    earlier[Symbol.dispose]();
    expect(await bus.deliver(alice, message(1))).toBe("delivered");
    expect(heard).toEqual(["later 1"]);
  });

  test("keeps two subscriptions of one handler apart", async () => {
    const handler = ({ frame }: BusMessage) => heard.push(`both ${frame.sequence}`) > 0;
    const one = bus.subscribe(alice, handler);
    bus.subscribe(alice, handler);
    await bus.deliver(alice, message(1));
    one[Symbol.dispose]();
    expect(await bus.deliver(alice, message(2))).toBe("delivered");
    expect(heard).toEqual(["both 1", "both 1", "both 2"]);
  });

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

  test("lets a handler end its own subscription while it is given a message", async () => {
    const once = bus.subscribe(alice, ({ frame }) => {
      once[Symbol.dispose]();
      return heard.push(`once ${frame.sequence}`) > 0;
    });
    listen(alice, "laptop");
    await bus.deliver(alice, message(1));
    await bus.deliver(alice, message(2));
    expect(heard.toSorted()).toEqual(["laptop 1", "laptop 2", "once 1"]);
  });

  test("gives a message to no handler that was subscribed because of it", async () => {
    bus.subscribe(alice, ({ frame }) => {
      listen(alice, `after ${frame.sequence}`);
      return true;
    });
    await bus.deliver(alice, message(1));
    expect(heard).toEqual([]);
    await bus.deliver(alice, message(2));
    expect(heard).toEqual(["after 1 2"]);
  });
});
