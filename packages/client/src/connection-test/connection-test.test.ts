import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { online, openWorld, type TestWorld } from "../../test/test-client.ts";
import { until } from "../../test/until.ts";

const callId = "0".repeat(26);
const urls = [
  "turn:localhost:8480?transport=udp",
  "turn:localhost:8480?transport=tcp",
  "turns:localhost:8480?transport=tcp",
];
const end = (username: string, offered: readonly string[]) => ({
  urls: offered,
  username,
  credential: "secret",
});

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
  offer(urls);
  world.answers.set("DELETE /api/loop-call", () => ({ status: 204 }));
  await online(world);
});

afterEach(() => world[Symbol.asyncDispose]());

/** The server has a loop call to give, over these addresses. */
function offer(offered: readonly string[]): void {
  const relays = { caller: end("a", offered), callee: end("b", offered) };
  const body = { callId, relays, lifetimeMs: 60_000 };
  world.answers.set("POST /api/loop-call", () => ({ status: 200, body }));
}

function refuse(status: number, code: string): void {
  const body = { code, message: "No." };
  world.answers.set("POST /api/loop-call", () => ({ status, body }));
}

const tested = () => until(world.client.connectionTest.snapshot, ({ state }) => state === "done");

describe("a test of the connection", () => {
  test("begins when it is told to, and not before", () => {
    expect(world.client.connectionTest.snapshot.get()).toMatchObject({
      state: "idle",
      server: { state: "waiting" },
      live: "waiting",
    });
    expect(world.server.requests.map(({ path }) => path)).not.toContain("/api/loop-call");
  });

  test("tries each transport with the addresses of that one alone, at both ends", async () => {
    world.client.connectionTest.run();
    const works = { state: "works", roundTripMs: 20, loss: 0 } as const;
    await world.loops.end("udp", works);
    await world.loops.end("tcp", works);
    await world.loops.end("tls", works);
    await tested();
    expect(world.loops.begun.get("tcp")).toEqual({
      caller: end("a", ["turn:localhost:8480?transport=tcp"]),
      callee: end("b", ["turn:localhost:8480?transport=tcp"]),
    });
    const { server, live, paths } = world.client.connectionTest.snapshot.get();
    expect(server).toMatchObject({ state: "works" });
    expect(live).toBe("works");
    expect(paths).toEqual({ udp: works, tcp: works, tls: works });
  });

  test("says of each transport what became of it, in whatever order", async () => {
    world.client.connectionTest.run();
    await world.loops.end("tls", { state: "no-media" });
    const { snapshot } = world.client.connectionTest;
    await until(snapshot, ({ paths }) => paths.tls.state === "no-media");
    expect(snapshot.get()).toMatchObject({
      state: "running",
      paths: { udp: { state: "running" } },
    });
    await world.loops.end("tcp", { state: "works", roundTripMs: 90, loss: 0.01 });
    await world.loops.end("udp", { state: "no-relay" });
    await tested();
    expect(snapshot.get().paths).toEqual({
      udp: { state: "no-relay" },
      tcp: { state: "works", roundTripMs: 90, loss: 0.01 },
      tls: { state: "no-media" },
    });
  });

  test("does not try what the server does not offer", async () => {
    offer(urls.slice(0, 1));
    world.client.connectionTest.run();
    await world.loops.end("udp", { state: "works", roundTripMs: 20, loss: 0 });
    await tested();
    expect(world.client.connectionTest.snapshot.get().paths).toMatchObject({
      tcp: { state: "not-offered" },
      tls: { state: "not-offered" },
    });
  });

  test("ends the loop call when it has done", async () => {
    offer(urls.slice(0, 1));
    world.client.connectionTest.run();
    await world.loops.end("udp", { state: "no-relay" });
    await tested();
    const asked = world.server.requests.filter(({ path }) => path === "/api/loop-call");
    expect(asked.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
  });

  test.each([
    [503, "unavailable", "no-relay"],
    [429, "too-many-requests", "too-often"],
    [500, "internal", "refused"],
  ])("that the server refuses (%i) says why, and tries no transport", async (status, code, why) => {
    refuse(status, code);
    world.client.connectionTest.run();
    await tested();
    expect(world.client.connectionTest.snapshot.get()).toMatchObject({
      server: { state: "failed", why },
      paths: { udp: { state: "not-tested" }, tls: { state: "not-tested" } },
    });
    expect(world.loops.begun.size).toBe(0);
  });

  test("that is left is forgotten, and can begin again", async () => {
    world.client.connectionTest.run();
    await world.loops.end("udp", { state: "works", roundTripMs: 20, loss: 0 });
    world.client.connectionTest.cancel();
    expect(world.client.connectionTest.snapshot.get()).toMatchObject({
      state: "idle",
      paths: { udp: { state: "waiting" } },
    });
    offer(urls.slice(0, 1));
    world.client.connectionTest.run();
    await world.loops.end("udp", { state: "no-media" });
    await tested();
    expect(world.client.connectionTest.snapshot.get().paths.udp).toEqual({ state: "no-media" });
  });
});
