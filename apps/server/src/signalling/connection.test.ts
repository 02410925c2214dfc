import {
  type AccountId,
  type CallId,
  type DeviceId,
  type DownFrame,
  type DownMessage,
  closeCodes,
  limits,
  protocolVersion,
} from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { RefusedError } from "../errors.ts";
import { Connection } from "./connection.ts";
import { connectionLimits } from "./connection-limits.ts";
import type { CarriedMessage } from "../bus/carried-message.ts";
import { signed } from "../calls/calls-test-world.ts";

const login = { account: "a" as AccountId, device: "phone" as DeviceId, askedHost: "localhost" };
const hello = JSON.stringify({ type: "hello", protocolVersion });
const welcome: Extract<DownMessage, { type: "welcome" }> = {
  type: "welcome",
  protocolVersion,
  calls: [],
  own: null,
};

/** A connection whose wire is an array, whose clock is a number and whose welcome can be delayed. */
function open(
  options: {
    sequence?: number;
    isSignedIn?: boolean;
    isBroken?: boolean;
    isTooOften?: boolean;
  } = {},
) {
  const sent: DownFrame[] = [];
  const wire = { closedWith: null as number | null, queued: 0 };
  const clock = { now: 1_000 };
  const account = { isSignedIn: true };
  const handled: string[] = [];
  const logged: unknown[] = [];
  const { promise: gate, resolve: letWelcomeGo } = Promise.withResolvers<void>();
  const connection = new Connection(
    login,
    {
      send: (text) => void sent.push(JSON.parse(text) as DownFrame),
      close: (code) => (wire.closedWith = code),
      queuedBytes: () => wire.queued,
    },
    {
      welcome: async () => {
        await gate;
        if (options.isTooOften === true) throw new RefusedError("too-many-requests", "Too often.");
        if (options.isBroken === true) throw new Error("no database");
        if (options.isSignedIn === false) return null;
        return { sequence: options.sequence ?? 7, message: welcome };
      },
      credentialFor: ({ device }, { callId, party }) => ({
        urls: ["turn:relay"],
        username: `${callId}:${party}:${device}`,
        credential: "c",
      }),
      latestSequence: async () => (account.isSignedIn ? 9 : null),
      handle: async (_, message) => {
        await Promise.resolve();
        handled.push(message.type);
        return null;
      },
      now: () => clock.now,
      logError: (error) => void logged.push(error),
    },
  );
  return { connection, sent, wire, clock, account, handled, logged, letWelcomeGo };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function delivery(sequence: number, forDevice?: DeviceId): BusMessage {
  const frame = (message: CarriedMessage) => ({ sequence, isDelivery: true, message });
  const forAll = frame({ type: "heartbeat" });
  if (forDevice === undefined) return { frame: forAll };
  return { frame: forAll, forDevice: { device: forDevice, frame: frame(welcome) } };
}

/** A connection that was welcomed at 7, and told nothing else yet. */
async function openLive() {
  const opened = open();
  opened.letWelcomeGo();
  opened.connection.receive(hello);
  await settled();
  opened.sent.length = 0;
  return opened;
}

describe("a connection", () => {
  test("answers hello with a welcome that carries the account's number", async () => {
    const { connection, sent, letWelcomeGo } = open();
    letWelcomeGo();
    connection.receive(hello);
    await settled();
    expect(sent).toEqual([{ sequence: 7, isDelivery: false, message: welcome }]);
  });

  test("holds back what is delivered before the welcome and drops what the welcome covers", async () => {
    const { connection, sent, letWelcomeGo } = open();
    connection.receive(hello);
    for (const sequence of [6, 7, 8, 9]) connection.deliver(delivery(sequence));
    letWelcomeGo();
    await settled();
    expect(sent.map((frame) => frame.sequence)).toEqual([7, 8, 9]);
  });

  test("says a repeated delivery once", async () => {
    const { connection, sent } = await openLive();
    connection.deliver(delivery(8));
    connection.deliver(delivery(8));
    expect(sent).toHaveLength(1);
  });

  test("gives the device that a delivery names its own words, under the same number", async () => {
    const { connection, sent } = await openLive();
    connection.deliver(delivery(8, login.device));
    connection.deliver(delivery(9, "laptop" as DeviceId));
    expect(sent.map((frame) => [frame.sequence, frame.message.type])).toEqual([
      [8, "welcome"],
      [9, "heartbeat"],
    ]);
  });

  test("waits for the one with the number before it, and goes out behind it", async () => {
    const { connection, sent } = await openLive();
    connection.deliver(delivery(10));
    connection.deliver(delivery(9));
    expect(sent).toEqual([]);
    connection.deliver(delivery(8));
    expect(sent.map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
    connection.deliver(delivery(9));
    expect(sent).toHaveLength(3);
  });

  describe("whose forerunner does not come", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    test("goes out a moment later, so that the client sees the gap", async () => {
      const { connection, sent } = await openLive();
      connection.deliver(delivery(10));
      connection.deliver(delivery(9));
      vi.advanceTimersByTime(connectionLimits.earlyDeliveryMsMax - 1);
      expect(sent).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(sent.map(({ sequence }) => sequence)).toEqual([9, 10]);
      connection.deliver(delivery(8));
      connection.deliver(delivery(11));
      expect(sent.map(({ sequence }) => sequence)).toEqual([9, 10, 11]);
    });

    test("waits with no more than so many others", async () => {
      const { connection, sent } = await openLive();
      for (let number = 9; sent.length === 0 && number < 1_000; number++)
        connection.deliver(delivery(number));
      expect(sent).toHaveLength(connectionLimits.earlyDeliveriesMax + 1);
    });

    test("goes behind the welcome that is asked for meanwhile", async () => {
      const { connection, sent } = await openLive();
      connection.deliver(delivery(9));
      connection.receive(hello);
      await settled();
      vi.advanceTimersByTime(connectionLimits.earlyDeliveryMsMax);
      expect(sent.map(({ message }) => message.type)).toEqual(["welcome", "heartbeat"]);
    });

    test("is said to nobody once the connection is closed", async () => {
      const { connection, sent } = await openLive();
      connection.deliver(delivery(9));
      connection.closed();
      vi.advanceTimersByTime(connectionLimits.earlyDeliveryMsMax);
      expect(sent).toEqual([]);
    });
  });

  test("gives its device a relay credential of its own, whichever node minted none", async () => {
    const { connection, sent } = await openLive();
    const callId = "0".repeat(26) as CallId;
    const ice = { ufrag: "abcd", pwd: "0123456789012345678901" };
    const relay = { callId, party: "b", relayId: "relay" } as const;
    const message: CarriedMessage = {
      type: "prepare",
      callId,
      ice,
      offer: signed,
      chain: [],
      relay,
    };
    connection.deliver({ frame: { sequence: 8, isDelivery: true, message } });
    expect(sent[0]?.message).toMatchObject({ relay: { username: `${callId}:b:${login.device}` } });
  });

  test("answers a heartbeat with the number in the database, so that a lost delivery is noticed", async () => {
    const { connection, sent } = await openLive();
    connection.receive('{"type":"heartbeat"}');
    await settled();
    expect(sent).toEqual([{ sequence: 9, isDelivery: false, message: { type: "heartbeat" } }]);
  });

  test("obeys messages in the order they came", async () => {
    const { connection, handled } = await openLive();
    const callId = "0".repeat(26);
    for (const type of ["silence", "accept", "hang-up"]) {
      connection.receive(JSON.stringify({ type, callId, ends: null, answer: null }));
    }
    await settled();
    expect(handled).toEqual(["silence", "accept", "hang-up"]);
  });

  test("ignores a type that only a newer client knows", async () => {
    const { connection, wire, sent } = await openLive();
    connection.receive('{"type":"teleport"}');
    await settled();
    expect([wire.closedWith, sent]).toEqual([null, []]);
  });

  test.each([
    ["a malformed known message", '{"type":"accept"}', closeCodes.malformed],
    ["text that is not JSON", "accept", closeCodes.malformed],
    [
      "a hello of another version",
      JSON.stringify({ type: "hello", protocolVersion: protocolVersion + 1 }),
      closeCodes.unsupportedVersion,
    ],
  ])("closes on %s with its own code", async (_, text, code) => {
    const { connection, wire } = open();
    connection.receive(text);
    await settled();
    expect(wire.closedWith).toBe(code);
  });

  test("that does not begin with hello is closed", async () => {
    const { connection, wire, handled } = open();
    connection.receive(JSON.stringify({ type: "accept", callId: "0".repeat(26) }));
    await settled();
    expect([wire.closedWith, handled]).toEqual([closeCodes.malformed, []]);
  });

  test("is closed for an unknown type before hello too, which does not prolong the wait", async () => {
    const { connection, wire } = open();
    connection.receive('{"type":"teleport"}');
    expect(wire.closedWith).toBe(closeCodes.malformed);
  });

  test("does not hold back without bound what comes before its welcome", async () => {
    const { connection, wire } = open();
    connection.receive(hello);
    for (let sequence = 8; sequence <= 8 + connectionLimits.heldBackMax; sequence++) {
      connection.deliver(delivery(sequence));
    }
    expect(wire.closedWith).toBe(closeCodes.restarting);
  });

  test("of a device that was signed out meanwhile is closed at its next heartbeat", async () => {
    const { connection, wire, account } = await openLive();
    account.isSignedIn = false;
    connection.receive('{"type":"heartbeat"}');
    await settled();
    expect(wire.closedWith).toBe(closeCodes.notSignedIn);
  });

  test("of a device that is not signed in any more is closed at hello", async () => {
    const { connection, wire, letWelcomeGo } = open({ isSignedIn: false });
    letWelcomeGo();
    connection.receive(hello);
    await settled();
    expect(wire.closedWith).toBe(closeCodes.notSignedIn);
  });

  test("that says hello too often is closed, and that is no fault of ours", async () => {
    const { connection, wire, logged, letWelcomeGo } = open({ isTooOften: true });
    letWelcomeGo();
    connection.receive(hello);
    await settled();
    expect([wire.closedWith, logged]).toEqual([closeCodes.tooManyRequests, []]);
  });

  test("that cannot be answered is closed so that it comes back, and the cause is logged", async () => {
    const { connection, wire, logged, letWelcomeGo } = open({ isBroken: true });
    letWelcomeGo();
    connection.receive(hello);
    await settled();
    expect([wire.closedWith, logged.length]).toEqual([closeCodes.restarting, 1]);
  });

  test("that says nothing is closed, sooner before its hello than after", async () => {
    const silent = open();
    silent.clock.now += limits.helloTimeoutMs + 1;
    silent.connection.checkSilence();
    expect(silent.wire.closedWith).toBe(closeCodes.timeout);

    const live = await openLive();
    live.clock.now += limits.heartbeatTimeoutMs;
    live.connection.checkSilence();
    expect(live.wire.closedWith).toBeNull();
    live.clock.now += 1;
    live.connection.checkSilence();
    expect(live.wire.closedWith).toBe(closeCodes.timeout);
  });

  test("that floods is closed, and one that talks steadily is not", async () => {
    const flooding = await openLive();
    for (let count = 0; count <= connectionLimits.messagesBurstMax; count++) {
      flooding.connection.receive('{"type":"teleport"}');
    }
    expect(flooding.wire.closedWith).toBe(closeCodes.tooManyRequests);

    const steady = await openLive();
    for (let count = 0; count < 10 * connectionLimits.messagesBurstMax; count++) {
      steady.clock.now += 1000 / connectionLimits.messagesPerSecondMax;
      steady.connection.receive('{"type":"teleport"}');
    }
    expect(steady.wire.closedWith).toBeNull();
  });

  test("whose client does not read is closed and does not queue without bound", async () => {
    const { connection, wire, sent } = await openLive();
    wire.queued = connectionLimits.queuedBytesMax + 1;
    connection.deliver(delivery(8));
    expect([wire.closedWith, sent]).toEqual([closeCodes.timeout, []]);
    expect(connection.deliver(delivery(9))).toBe(false);
  });
});

test("a connection that is told its account's number sees by it what it missed, and ends where it is signed out", async () => {
  const { connection, sent, wire, account } = await openLive();
  await connection.tellNumber();
  expect(sent).toEqual([{ sequence: 9, isDelivery: false, message: { type: "heartbeat" } }]);
  account.isSignedIn = false;
  await connection.tellNumber();
  expect(wire.closedWith).toBe(closeCodes.notSignedIn);
});
