import { describe, expect, test } from "vitest";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import type { LiveCall } from "../packages/relay/src/control/live-call.ts";
import {
  type Application,
  startApplication,
} from "../packages/relay/src/test-client/application.ts";
import { dataPaths } from "../packages/relay/src/test-client/data-paths.ts";
import { startImpostor } from "../packages/relay/src/test-client/impostor.ts";
import {
  bindingRequest,
  joined,
  reaches,
  udpClient,
  secret,
} from "../packages/relay/src/test-client/together.ts";
import {
  patience,
  type RelayProcess,
  say,
  startRelayProcess,
  untilConnected,
} from "./relay-under-test.ts";

interface Together extends AsyncDisposable {
  readonly application: Application;
  readonly relay: RelayProcess;
}

/** An application here and a relay in a process of its own, which know each other. */
async function together(options: {
  readonly dataPath: string;
  readonly liveCalls?: () => readonly LiveCall[];
}): Promise<Together> {
  await using owned = new AsyncDisposableStack();
  const { dataPath, liveCalls = () => [] } = options;
  const application = owned.use(await startApplication({ secret, liveCalls }));
  const settings = { RELAY_DATA_PATH: dataPath };
  const relay = owned.use(await startRelayProcess({ applications: [application], settings }));
  await untilConnected(application);
  const kept = owned.move();
  return { application, relay, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

describe.each(dataPaths)("a relay in its own process (%s)", { timeout: 60_000 }, (dataPath) => {
  test("obeys its application: live, direct, join, end", async () => {
    await using both = await together({ dataPath });
    const { control } = both.application;
    await using a = await udpClient(both.relay, "a");
    await using b = await udpClient(both.relay, "b");
    await using b2 = await udpClient(both.relay, "b", "call", "b2");
    expect(await a.allocate()).toBe(401);
    await say(() => control.callLive("call"));
    expect([await a.allocate(), await b.allocate(), await b2.allocate()]).toEqual([0, 0, 0]);
    expect(await reaches(a, b)).toBe(false);
    await say(() => control.direct("call"));
    expect(await a.code(bindingRequest(a))).toBe(0);
    await say(() => control.join("call", "a1", "b1"));
    expect([await reaches(a, b), await reaches(b, a)]).toEqual([true, true]);
    expect(await b2.allocate()).toBe(401);
    expect(await b.code(bindingRequest(b))).toBe(0);
    await say(() => control.end("call"));
    expect([await a.allocate(), await control.callLive("call")]).toEqual([401, false]);
  });

  test("drains by control, and ends with its last call at SIGQUIT", async () => {
    await using both = await together({ dataPath });
    const { control } = both.application;
    const { process } = both.relay;
    await say(() => control.callLive("call"));
    await using a = await udpClient(both.relay, "a");
    await using b = await udpClient(both.relay, "b");
    await a.allocate();
    await say(() => control.drain());
    expect(control.figures()).toMatchObject({ relays: 1, isDraining: true, calls: 1 });
    process.child.kill("SIGQUIT");
    expect(await control.callLive("another")).toBe(false);
    await using other = await udpClient(both.relay, "a", "another");
    expect([await other.allocate(), await b.allocate()]).toEqual([508, 0]);
    await say(() => control.join("call", "a1", "b1"));
    expect(await reaches(b, a)).toBe(true);
    await say(() => control.end("call"));
    expect(await process.exited()).toBe(0);
    expect(process.said()).toMatch(/"calls":1,"msg":"relay draining/);
  });

  test("goes on with live calls while control is lost, takes no new ones, and catches up", async () => {
    const liveCalls: LiveCall[] = [];
    await using both = await together({ dataPath, liveCalls: () => liveCalls });
    const { application, relay } = both;
    for (const callId of ["lasting", "over"]) await say(() => application.control.callLive(callId));
    await say(() => application.control.join("lasting", "a1", "b1"));
    await using a = await udpClient(relay, "a", "lasting");
    await using b = await udpClient(relay, "b", "lasting");
    await using gone = await udpClient(relay, "a", "over");
    await using young = await udpClient(relay, "a", "young");
    for (const one of [a, b, gone]) expect(await one.allocate()).toBe(0);

    await application[Symbol.asyncDispose]();
    await relay.process.until("relay control lost: live calls go on, new ones are refused");
    expect(await reaches(a, b)).toBe(true);
    expect([await gone.code(gone.turn.refresh()), await young.allocate()]).toEqual([0, 401]);

    liveCalls.push({ callId: "lasting", join: joined }, { callId: "young" });
    const { port } = application;
    await using again = await startApplication({ secret, port, liveCalls: () => liveCalls });
    await untilConnected(again);
    expect(await reaches(b, a)).toBe(true);
    expect([await gone.allocate(), await young.allocate()]).toEqual([401, 0]);
  });

  test("learns everything from the list when it was killed and started again", async () => {
    const liveCalls = [
      { callId: "joined", join: joined },
      { callId: "ringing", direct: true },
    ];
    await using application = await startApplication({ secret, liveCalls: () => liveCalls });
    for (let starts = 0; starts < 2; starts++) {
      const settings = { RELAY_DATA_PATH: dataPath };
      await using relay = await startRelayProcess({ applications: [application], settings });
      await untilConnected(application);
      await using a = await udpClient(relay, "a", "joined");
      await using b = await udpClient(relay, "b", "joined");
      await using b2 = await udpClient(relay, "b", "joined", "b2");
      await using rung = await udpClient(relay, "b", "ringing");
      expect([await a.allocate(), await b.allocate(), await b2.allocate()]).toEqual([0, 0, 401]);
      expect(await reaches(a, b)).toBe(true);
      expect([await rung.allocate(), await rung.code(bindingRequest(rung))]).toEqual([0, 0]);
      relay.process.child.kill("SIGKILL");
      await expect.poll(() => application.control.connectedRelays(), patience).toBe(0);
    }
  });

  test("writes its figures into its log at SIGUSR2, alone too", async () => {
    await using relay = await startRelayProcess({ settings: { RELAY_DATA_PATH: dataPath } });
    await using a = await udpClient(relay, "a", "figured");
    await using b = await udpClient(relay, "b", "figured");
    expect([await a.allocate(), await b.allocate(), await reaches(a, b)]).toEqual([0, 0, true]);
    relay.process.child.kill("SIGUSR2");
    await relay.process.until("relay figures");
    const line = relay.process
      .said()
      .split("\n")
      .find((text) => text.includes("relay figures"));
    const { figures } = JSON.parse(line ?? "") as { figures: object };
    expect(figures).toMatchObject({
      isDraining: false,
      calls: 1,
      allocations: { udp: 2, tcp: 0 },
      counters: { packetsIn: { udp: 1 }, answers: { 401: 2, success: 4 } },
    });
    expect(line).not.toMatch(/127\.0\.0\.1|figured|a1/);
  });
});

describe("without the secret", { timeout: 60_000 }, () => {
  test("a relay is told nothing, and says why it has no calls", async () => {
    await using application = await startApplication({
      secret: "another secret",
      liveCalls: () => [{ callId: "call" }],
    });
    await using relay = await startRelayProcess({ applications: [application] });
    await relay.process.until("relay control refused: the application holds another RELAY_SECRET");
    await using a = await udpClient(relay, "a");
    expect([await a.allocate(), application.control.connectedRelays()]).toEqual([401, 0]);
  });

  test("an application that is not there is named as what is missing, once", async () => {
    await using relay = await startRelayProcess({ applications: [{ port: await freePort() }] });
    await relay.process.until("relay control not reached: check RELAY_CONTROL");
    expect(relay.process.said().match(/"level":40/g)).toHaveLength(1);
  });

  test("a stranger that plays the application hears 64 bytes and is not obeyed", async () => {
    await using impostor = await startImpostor();
    await using relay = await startRelayProcess({ applications: [impostor] });
    await impostor.left;
    await using a = await udpClient(relay, "a");
    expect(await a.allocate()).toBe(401);
    expect(impostor.heard[0]).toEqual({ bytes: 64, isBinary: true });
    expect(relay.process.said()).not.toContain("draining");
  });
});
