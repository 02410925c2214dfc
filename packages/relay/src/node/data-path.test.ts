import { describe, expect, test, vi } from "vitest";
import { type RelayLimits, relayLimits } from "../limits.ts";
import { startApplication } from "../test-client/application.ts";
import { dataPaths } from "../test-client/data-paths.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { SocketClient } from "../test-client/socket-client.ts";
import { channelData, dataIn } from "../test-client/turn-client.ts";
import { tcpWire, udpWire } from "../test-client/wire.ts";
import { makeCounters } from "../turn/counters.ts";
import { openDataPath } from "./open-data-path.ts";
import type { RunningRelay } from "./relay-config.ts";
import { runRelay } from "./run-relay.ts";

vi.setConfig({ testTimeout: 20_000 });

const secret = "a secret for tests";
const patience = { timeout: 10_000 };

/** Two who have bound channels for each other, the first over TCP. */
async function talkers(
  stack: AsyncDisposableStack,
  relay: RunningRelay,
): Promise<[SocketClient, SocketClient]> {
  const a = stack.use(
    new SocketClient(await tcpWire("127.0.0.1", relay.port), secret, "call", "a"),
  );
  const b = stack.use(
    new SocketClient(await udpWire("127.0.0.1", relay.port), secret, "call", "b"),
  );
  expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
  expect(await a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
  expect(await b.code(b.turn.bindChannel(0x4000, a.relayed))).toBe(0);
  return [a, b];
}

/** Says something over a channel, padded as a stream needs it. */
function say(from: SocketClient, text: string): void {
  const frame = channelData(0x4000, Buffer.from(text));
  from.wire.send(Buffer.concat([frame, Buffer.alloc(-frame.length & 3)]));
}

describe.each(dataPaths)("on the %s data path", (dataPath) => {
  function startAlone(limits: Partial<RelayLimits> = {}): Promise<RunningRelay> {
    const config = { host: "127.0.0.1", port: 0, secret, controlUrls: [], dataPath, limits };
    return runRelay(config, new MemoryLog());
  }

  test("nothing passes any more when the end of a call was acknowledged", async () => {
    await using stack = new AsyncDisposableStack();
    const application = stack.use(await startApplication({ secret }));
    const ready = application.log.next("relay connected");
    const controlUrls = [application.url];
    const config = { host: "127.0.0.1", port: 0, secret, controlUrls, dataPath };
    const relay = stack.use(await runRelay(config, new MemoryLog()));
    await ready;
    const { control } = application;
    await control.callLive("call");
    await control.join("call", "a1", "b1");
    const [a, b] = await talkers(stack, relay);
    for (const text of ["one", "two"]) {
      say(a, text);
      expect(dataIn(await b.wire.next())).toBe(text);
      say(b, text);
      expect(dataIn(await a.wire.next())).toBe(text);
    }
    expect(await control.end("call")).toBe(true);
    expect(relay.allocations()).toBe(0);
    for (const one of [a, b]) say(one, "late");
    // Both are strangers now: what each hears first is a challenge.
    for (const one of [a, b]) {
      const answer = await one.ask(one.turn.allocate([], { isSigned: false }));
      expect([answer[0], answer[1]]).toEqual([0x01, 0x13]);
    }
    const { drops } = (await relay.figures()).counters;
    expect(drops["no-allocation"]).toBe(2);
  });

  test("an allocation that is not refreshed is forgotten", async () => {
    await using stack = new AsyncDisposableStack();
    const relay = stack.use(await startAlone({ allocationLifetimeMs: 400 }));
    const client = new SocketClient(await udpWire("127.0.0.1", relay.port), secret, "call", "a");
    expect(await stack.use(client).allocate()).toBe(0);
    expect(relay.allocations()).toBe(1);
    await expect.poll(() => relay.allocations(), patience).toBe(0);
  });

  test("a sender is held to its quota, and heard again after it", async () => {
    await using stack = new AsyncDisposableStack();
    const packetsMax = 10;
    const limits = { packetsPerPartyPerSecond: packetsMax, quotaBurstMs: 1_000 };
    const relay = stack.use(await startAlone(limits));
    const [a, b] = await talkers(stack, relay);
    for (let i = 0; i < 200; i++) say(b, String(i));
    // As many as the quota is: each of these waits for one.
    for (let i = 0; i < packetsMax; i++) expect(dataIn(await a.wire.next())).toMatch(/^\d+$/);
    const counted = async (): Promise<number> =>
      (await relay.figures()).counters.drops["over-quota"];
    await expect.poll(counted, patience).toBeGreaterThan(100);
    say(a, "of my own quota");
    expect(dataIn(await b.wire.next())).toBe("of my own quota");
  });

  test("the longest datagram of UDP passes whole", async () => {
    await using stack = new AsyncDisposableStack();
    const relay = stack.use(await startAlone());
    const [a, b] = await Promise.all(
      (["a", "b"] as const).map(async (party) => {
        const wire = await udpWire("127.0.0.1", relay.port);
        return stack.use(new SocketClient(wire, secret, "call", party));
      }),
    );
    if (a === undefined || b === undefined) throw new Error("no clients");
    expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
    expect(await a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
    expect(await b.code(b.turn.bindChannel(0x4abc, a.relayed))).toBe(0);
    a.wire.send(channelData(0x4000, Buffer.alloc(65_503, "x")));
    expect(await b.wire.next()).toHaveLength(65_507);
  });
});

const options = () => ({
  host: "127.0.0.1",
  port: 0,
  secret: Buffer.from(secret),
  limits: relayLimits,
  isAlone: true,
  sinks: new Map(),
  counters: makeCounters(),
  log: new MemoryLog(),
});
const openNone = () => Promise.resolve({ unfit: "koffi is not installed" });

describe("which data path is taken", () => {
  test("is the portable one where the other cannot be, and the log says why, once", async () => {
    const given = options();
    await using path = await openDataPath("automatic", given, openNone);
    expect(path.kind).toBe("portable");
    expect(given.log.lines).toEqual([
      'info relay takes the portable data path {"reason":"koffi is not installed"}',
    ]);
  });

  test("is refused where it was asked for and cannot be", async () => {
    await expect(openDataPath("batched", options(), openNone)).rejects.toMatchObject({
      code: "relay-config-refused",
      message: expect.stringContaining("koffi is not installed"),
    });
  });

  test("is the portable one where that was asked for", async () => {
    const given = options();
    await using path = await openDataPath("portable", given, openNone);
    expect([path.kind, given.log.lines]).toEqual(["portable", []]);
  });

  test.runIf(dataPaths.includes("batched"))("is the batched one where it can be", async () => {
    await using path = await openDataPath("automatic", options());
    expect(path.kind).toBe("batched");
  });
});
