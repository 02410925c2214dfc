import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, AddressException, CallId, IceCandidate } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setAddressException } from "../people/address-exceptions.ts";
import { liveCallOf } from "../relay/relay-control-endpoint.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import { activeCalls } from "./call-store.ts";
import { type World, alice, bob, invite, offer, openWorld, seed } from "./calls-test-world.ts";
import { callStandingOf } from "./pair-facts.ts";

let directory: string;
let world: World;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-direct-"));
  world = await openWorld(directory);
  await seed(world.store);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ring(): Promise<CallId> {
  const answer = await world.calls.handle(alice, invite("bob"));
  if (answer?.type !== "ringing") throw new Error(`not ringing but ${answer?.type}`);
  return answer.call.callId;
}

const say = (from: ConnectedDevice, message: CallMessage) => world.calls.handle(from, message);
const typesTold = (device: ConnectedDevice) => world.told(device).map(({ type }) => type);
const active = () => activeCalls(world.store.db, pino({ level: "silent" }));

const hostCandidate: IceCandidate = {
  candidate: "candidate:1 1 udp 1 192.168.1.7 5000 typ host",
  sdpMid: "0",
  sdpMLineIndex: 0,
};

const showAddresses = async (...people: AccountId[]) => {
  await world.store.write(async ({ db }) => {
    const accounts = db.updateTable("account").where("id", "in", people);
    await accounts.set({ hide_address: 0 }).execute();
  });
};
const routes = () =>
  [alice, bob]
    .flatMap((device) => world.told(device))
    .flatMap((message) => ("call" in message ? [message.call.route] : []));

const makeException = (exception: AddressException) =>
  world.store.write((write) => setAddressException(write, bob.account, alice.account, exception));
const standing = () => callStandingOf(world.store.db, alice.account, bob.account, world.clock.now);

describe("a direct call", () => {
  test("is one whose two people both show their address, which both are told before it is taken", async () => {
    await showAddresses(alice.account, bob.account);
    const callId = await ring();
    expect(world.orders).toEqual(["live", "direct"]);
    expect((await active()).map(liveCallOf)).toEqual([{ callId, direct: true }]);
    expect(world.told(bob)).toMatchObject([{ type: "ring", call: { route: "direct" } }]);
    expect(await world.views(alice)).toMatchObject([{ callId, route: "direct" }]);
  });

  test("is none where one of the two hides it", async () => {
    await showAddresses(alice.account);
    const callId = await ring();
    expect(world.orders).toEqual(["live"]);
    expect((await active()).map(liveCallOf)).toEqual([{ callId }]);
    expect(routes()).toEqual(["relayed"]);
  });

  test("stays what it was when somebody changes their mind meanwhile", async () => {
    const callId = await ring();
    await showAddresses(alice.account, bob.account);
    await say(bob, { type: "accept", callId, ends: null, answer: null });
    expect(new Set(routes())).toEqual(new Set(["relayed"]));
  });

  test("passes no address on, and keeps none, before it is taken", async () => {
    await showAddresses(alice.account, bob.account);
    const callId = await ring();
    await say(alice, offer(callId));
    const candidate = { type: "candidate", callId, round: 0, candidate: hostCandidate } as const;
    expect(await say(alice, candidate)).toMatchObject({ code: "description-refused" });
    await say(bob, { type: "accept", callId, ends: null, answer: null });
    expect(typesTold(bob)).toEqual(["ring", "prepare", "accepted"]);
    expect(await say(alice, candidate)).toBeNull();
    expect(world.told(bob).at(-1)).toMatchObject({ candidate: hostCandidate });
    const rows = await world.store.db.selectFrom("call").select("state").execute();
    expect(JSON.stringify(rows)).not.toContain("192.168");
  });

  test("is remembered as one", async () => {
    await showAddresses(alice.account, bob.account);
    const callId = await ring();
    await say(alice, { type: "cancel", callId });
    const records = await world.store.db.selectFrom("call_record").select("route").execute();
    expect(records).toEqual([{ route: "direct" }, { route: "direct" }]);
  });

  test("is decided by an exception for the other, where there is one", async () => {
    await showAddresses(alice.account);
    expect(await standing()).toMatchObject({ callButton: "call", route: "relayed" });
    await makeException("show");
    expect(await standing()).toMatchObject({ callButton: "call", route: "direct" });
    await makeException("hide");
    await showAddresses(bob.account);
    expect(await standing()).toMatchObject({ callButton: "call", route: "relayed" });
  });

  test("is not to be seen by who may not ring", async () => {
    await showAddresses(alice.account, bob.account);
    await world.store.write(async ({ db }) => {
      const never = { owner_id: bob.account, other_id: alice.account, created_at: 1 };
      await db.insertInto("never").values(never).execute();
    });
    expect(await standing()).toMatchObject({
      callButton: "none",
      route: "relayed",
    });
  });
});
