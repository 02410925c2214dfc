import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { startApplication } from "../test-client/application.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { provenRelay } from "../test-client/proven-relay.ts";
import { makeCounters } from "../turn/counters.ts";
import { ControlClient } from "./control-client.ts";
import { controlKey } from "./control-handshake.ts";
import { secret, startRelay, udpClient } from "../test-client/together.ts";

describe("what a relay did", () => {
  test("is added up over relays that come and go, and told to each application whole", async () => {
    await using first = await startApplication({ secret, liveCalls: () => [{ callId: "call" }] });
    await using second = await startApplication({ secret });
    for (let starts = 1; starts <= 2; starts++) {
      const ready = [first, second].map((application) => application.log.next("relay connected"));
      await using relay = await startRelay(new MemoryLog(), first.url, second.url);
      await Promise.all(ready);
      await using a = await udpClient(relay, "a");
      expect(await a.allocate()).toBe(0);
      await using left = await udpClient(relay, "b");
      await left.ask(left.turn.allocate([], { isSigned: false }));
      expect(await relay.figures()).toMatchObject({ calls: 1, connections: 0 });
      // What it did is told again whenever it drains.
      await relay.drain();
      for (const { control } of [first, second]) {
        await expect.poll(() => control.figures().counters.answers[401]).toBe(2 * starts);
        expect(control.figures()).toMatchObject({
          relays: 1,
          allocations: { udp: 1, tcp: 0 },
          counters: { answers: { success: starts } },
        });
        const { cpuSeconds, residentBytes } = control.figures().process;
        expect(cpuSeconds).toBeGreaterThan(0);
        expect(residentBytes).toBeGreaterThan(1e6);
      }
    }
    await expect
      .poll(() => second.control.figures())
      .toMatchObject({
        relays: 0,
        calls: 0,
        counters: { answers: { success: 2, 401: 4 } },
      });
  });

  test("is told as what is new: telling it again adds nothing", async () => {
    await using application = await startApplication({ secret });
    const counters = makeCounters();
    const connected = application.log.next("relay connected");
    await using client = new ControlClient({
      url: application.url,
      key: controlKey(secret),
      registration: { id: "relay", urls: [], group: null },
      apply: async () => true,
      drain: async () => undefined,
      figures: async () => ({
        isDraining: false,
        calls: 0,
        allocations: { udp: 0, tcp: 0 },
        connections: 0,
        process: { cpuSeconds: 0, residentBytes: 0 },
        counters: structuredClone(counters),
      }),
      log: new MemoryLog(),
    });
    await connected;
    const dropped = (): number => application.control.figures().counters.drops.malformed;
    for (const count of [3, 3, 5, 5, 9]) {
      counters.drops.malformed = count;
      await client.report();
    }
    await expect.poll(dropped).toBe(9);
  });

  test("may be told with names that only a newer relay has, and without those of an older", async () => {
    await using application = await startApplication({ secret });
    await using relay = await provenRelay(application);
    const counters = {
      packetsIn: { udp: 3, carrier: 9 },
      packetsOut: {},
      bytesIn: {},
      bytesOut: {},
      drops: { malformed: 2, "a reason of tomorrow": 9 },
      answers: { 401: 1 },
      quotaRefusals: {},
      "a group of tomorrow": {},
    };
    const figures = {
      isDraining: false,
      calls: 1,
      allocations: { udp: 1 },
      connections: 0,
      counters,
    };
    relay.socket.send(JSON.stringify({ type: "figures", figures }));
    await expect.poll(() => application.control.figures().counters.drops.malformed).toBe(2);
    expect(application.control.figures().counters.packetsIn).toEqual({ udp: 3, tcp: 0 });
    expect(application.control.figures().allocations).toEqual({ udp: 1, tcp: 0 });
    expect(application.control.figures().process).toEqual({ cpuSeconds: 0, residentBytes: 0 });
    relay.socket.send(JSON.stringify({ type: "figures", figures: { ...figures, calls: -1 } }));
    const [code] = (await once(relay.socket, "close")) as [number];
    expect(code).toBe(4400);
  });
});
