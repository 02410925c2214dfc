import { randomBytes } from "node:crypto";
import { AccountId, DeviceId, idRandomBytes, type LoopCall, makeId } from "@ringfence/protocol";
import { expect, it } from "vitest";
import { LoopCalls } from "../apps/server/src/calls/loop-calls.ts";
import { RateLimiter } from "../apps/server/src/http/rate-limiter.ts";
import { rates } from "../apps/server/src/limits.ts";
import { Relays } from "../apps/server/src/relay/relays.ts";
import { SocketClient } from "../packages/relay/src/test-client/socket-client.ts";
import { reaches, secret, together } from "../packages/relay/src/test-client/together.ts";
import { udpWire } from "../packages/relay/src/test-client/wire.ts";

const newId = () => makeId(Date.now(), randomBytes(idRandomBytes));

/** A relay, and two people who test their connections to it. */
async function twoTests() {
  await using resources = new AsyncDisposableStack();
  const { application, relay } = resources.use(await together());
  const loopCalls = resources.use(
    new LoopCalls({
      relay: new Relays({ control: application.control, group: null, isNamed: false }),
      relayAddresses: {
        secret,
        urls: undefined,
        publicOrigin: undefined,
        port: relay.port,
        hasTls: false,
      },
      rateLimiter: new RateLimiter(rates, Date.now),
      now: Date.now,
    }),
  );
  const begin = () => {
    const login = { account: AccountId.parse(newId()), device: DeviceId.parse(newId()) };
    return loopCalls.begin(login, "localhost").then((call) => ({ ...login, call }));
  };
  const [alice, bob] = [await begin(), await begin()];
  const client = async ({ relays }: LoopCall, end: "caller" | "callee") => {
    const opened = new SocketClient(await udpWire("127.0.0.1", relay.port), secret, "", "a");
    const { username, credential } = relays[end];
    opened.turn.credential = { username, password: credential };
    return owned.use(opened);
  };
  const owned = resources.move();
  return { alice, bob, client, loopCalls, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

it("a loop call carries what one end says to the other, and to nobody else's loop call", async () => {
  await using world = await twoTests();
  const [caller, callee] = [
    await world.client(world.alice.call, "caller"),
    await world.client(world.alice.call, "callee"),
  ];
  const stranger = await world.client(world.bob.call, "callee");
  for (const one of [caller, callee, stranger]) expect(await one.allocate()).toBe(0);
  expect(await reaches(caller, callee)).toBe(true);
  expect(await reaches(callee, caller)).toBe(true);
  expect(await reaches(caller, stranger)).toBe(false);
});

it("a loop call that has ended carries nothing, and its credentials open nothing", async () => {
  await using world = await twoTests();
  const caller = await world.client(world.alice.call, "caller");
  expect(await caller.allocate()).toBe(0);
  await world.loopCalls.end(world.alice.device);
  const late = await world.client(world.alice.call, "callee");
  expect(await late.allocate()).toBe(401);
});
