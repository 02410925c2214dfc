import { describe, expect, test } from "vitest";
import { startApplication } from "../test-client/application.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { reaches, secret, startRelay, together, udpClient } from "../test-client/together.ts";

describe("a relay that is told to drain", () => {
  test("goes on with its calls, takes no new ones, and says when none is left", async () => {
    await using both = await together();
    const { application, relay, log } = both;
    await application.control.callLive("call");
    await using a = await udpClient(relay, "a");
    await using b = await udpClient(relay, "b");
    await a.allocate();
    expect(application.control.connectedRelays()).toBe(1);
    expect(await application.control.drain()).toBe(true);
    expect(application.control.connectedRelays()).toBe(0);
    expect(application.control.figures()).toMatchObject({ relays: 1, isDraining: true, calls: 1 });

    expect(await application.control.callLive("another")).toBe(false);
    await using other = await udpClient(relay, "a", "another");
    expect(await other.allocate()).toBe(508);
    expect(await b.allocate()).toBe(0);
    expect(await application.control.join("call", "a1", "b1")).toBe(true);
    expect(await reaches(a, b)).toBe(true);
    const drained = log.next("relay drained: it serves no call any more");
    await application.control.end("call");
    await Promise.all([drained, relay.drained]);
  });

  test("is passed over for new calls where there is another one", async () => {
    await using both = await together();
    const { application } = both;
    await application.control.drain();
    const ready = application.log.next("relay connected");
    await using second = await startRelay(new MemoryLog(), application.url);
    await ready;
    expect(application.control.connectedRelays()).toBe(1);
    expect(await application.control.callLive("call")).toBe(true);
    await using a = await udpClient(second, "a");
    expect(await a.allocate()).toBe(0);
  });

  test("says so to an application that connects to it later, and to each of several", async () => {
    const first = await startApplication({ secret });
    await using second = await startApplication({ secret });
    const ready = [first, second].map((application) => application.log.next("relay connected"));
    await using relay = await startRelay(new MemoryLog(), first.url, second.url);
    await Promise.all(ready);
    await relay.drain();
    await expect.poll(() => second.control.figures().isDraining).toBe(true);
    await first[Symbol.asyncDispose]();
    await using again = await startApplication({ secret, port: first.port });
    await again.log.next("relay connected");
    expect(again.control.figures().isDraining).toBe(true);
    expect(again.control.connectedRelays()).toBe(0);
  });
});
