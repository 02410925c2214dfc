import { randomBytes } from "node:crypto";
import { AccountId, DeviceId, idRandomBytes, makeId } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RateLimiter } from "../http/rate-limiter.ts";
import { rates, serverLimits } from "../limits.ts";
import { type LoopCallParts, LoopCalls } from "./loop-calls.ts";

const newId = () => makeId(Date.now(), randomBytes(idRandomBytes));
const login = () => ({ account: AccountId.parse(newId()), device: DeviceId.parse(newId()) });

let orders: string[];
/** Whether there is a relay that obeys. */
let isObeyed: boolean;
let relay: LoopCallParts["relay"];
let loopCalls: LoopCalls;

const obey =
  (order: string) =>
  async (_: unknown, ...ids: string[]) => {
    orders.push([order, ...ids].join(" "));
    return isObeyed;
  };

beforeEach(() => {
  vi.useFakeTimers();
  orders = [];
  isObeyed = true;
  relay = {
    choose: () => "relay",
    openIds: () => ["relay", "another relay"],
    urlsOf: (relayId) => (relayId === "relay" ? [] : ["turn:another.example.org"]),
    ownCallLive: obey("live"),
    join: obey("join"),
    end: obey("end"),
  };
  loopCalls = new LoopCalls({
    relay,
    relayAddresses: {
      secret: "a secret for tests",
      urls: undefined,
      publicOrigin: undefined,
      port: 8480,
      hasTls: true,
    },
    rateLimiter: new RateLimiter(rates, Date.now),
    now: Date.now,
  });
});

afterEach(() => {
  loopCalls[Symbol.dispose]();
  vi.useRealTimers();
});

describe("a loop call", () => {
  test("is live and joined, with one device at both ends, before its credentials are given", async () => {
    const alice = login();
    const { callId } = await loopCalls.begin(alice, "localhost");
    expect(orders).toEqual([`live ${callId}`, `join ${callId} ${alice.device} ${alice.device}`]);
  });

  test("has a credential for each end, over every transport, that ends when the call does", async () => {
    const alice = login();
    const { callId, relays } = await loopCalls.begin(alice, "localhost");
    const expiry = Math.floor((Date.now() + serverLimits.loopCallLifetimeMs) / 1_000);
    expect(relays.caller.username).toBe(`${expiry}:${callId}:a:${alice.device}`);
    expect(relays.callee.username).toBe(`${expiry}:${callId}:b:${alice.device}`);
    expect(relays.caller.urls).toEqual([
      "turn:127.0.0.1:8480?transport=udp",
      "turn:127.0.0.1:8480?transport=tcp",
      "turns:localhost:8480?transport=tcp",
    ]);
  });

  test("ends by itself", async () => {
    const { callId } = await loopCalls.begin(login(), "localhost");
    vi.advanceTimersByTime(serverLimits.loopCallLifetimeMs - 1);
    expect(orders).not.toContain(`end ${callId}`);
    vi.advanceTimersByTime(1);
    expect(orders).toContain(`end ${callId}`);
    expect(loopCalls.liveAt("relay")).toEqual([]);
  });

  test("ends when the device begins another, and no other device's does", async () => {
    const [alice, bob] = [login(), login()];
    const first = await loopCalls.begin(alice, "localhost");
    const bobs = await loopCalls.begin(bob, "localhost");
    const second = await loopCalls.begin(alice, "localhost");
    expect(orders.filter((order) => order.startsWith("end"))).toEqual([`end ${first.callId}`]);
    expect(loopCalls.liveAt("relay").map(({ callId }) => callId)).toEqual([
      bobs.callId,
      second.callId,
    ]);
  });

  test("that a second one of its device overtakes fails, and the second goes on", async () => {
    const alice = login();
    relay.join = async (_, callId) => !orders.includes(`end ${callId}`);
    const [first, second] = await Promise.allSettled([
      loopCalls.begin(alice, "localhost"),
      loopCalls.begin(alice, "localhost"),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    if (second.status === "rejected") throw second.reason;
    const { callId } = second.value;
    expect(loopCalls.liveAt("relay").map((one) => one.callId)).toEqual([callId]);
    expect(orders).not.toContain(`end ${callId}`);
  });

  test("is refused, and left behind nowhere, while no relay obeys", async () => {
    isObeyed = false;
    await expect(loopCalls.begin(login(), "localhost")).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(loopCalls.liveAt("relay")).toEqual([]);
  });

  test("is not to be had time and again", async () => {
    const alice = login();
    for (let time = 0; time < rates.loopCallsPerAccount.burst; time++) {
      await loopCalls.begin(alice, "localhost");
    }
    await expect(loopCalls.begin(alice, "localhost")).rejects.toMatchObject({
      code: "too-many-requests",
    });
  });

  test("for the operator is one at each relay, by that one's own addresses", async () => {
    const loops = await loopCalls.openForNobody("localhost");
    expect(loops.map(({ relays }) => relays.caller.urls.length)).toEqual([3, 1]);
    expect(loops[1]?.relays.callee.urls).toEqual(["turn:another.example.org"]);
    expect(loopCalls.liveAt("another relay").map(({ callId }) => callId)).toEqual([
      loops[1]?.callId,
    ]);
    // No other node knows it, so that no other node's list may end it.
    expect(loopCalls.liveAt("relay")).toMatchObject([{ ofNode: true }]);
  });

  test("can be ended before its time, and twice", async () => {
    const alice = login();
    const { callId } = await loopCalls.begin(alice, "localhost");
    await loopCalls.end(alice.device);
    await loopCalls.end(alice.device);
    expect(orders.filter((order) => order.startsWith("end"))).toEqual([`end ${callId}`]);
  });
});
