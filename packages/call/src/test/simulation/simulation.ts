import { type AccountId, CallId, limits } from "@ringfence/protocol";
import type { Call, CallDevice } from "../../index.ts";
import { answerOf, offerOf, type Said } from "../call-run.ts";
import { deviceOf, startedAt, textOfId } from "../people.ts";
import { Network, type Weather } from "./network.ts";
import { RandomSource } from "./random-source.ts";
import { SimulatedDevice } from "./simulated-device.ts";
import { SimulatedServer } from "./simulated-server.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The end of a simulation: who is still there by then is signed out, and everything is judged. */
const horizonMs = 240_000;
const ringsUntilMs = 60_000;
const appointmentsMax = 30_000;

export interface Simulation {
  weather: Weather;
  crash: number;
  server: SimulatedServer;
}

const noise: readonly [Said, ...Said[]] = [
  offerOf(0, true, "a forged offer"),
  offerOf(1, false, "a forged offer"),
  answerOf(0, "a forged answer"),
  { type: "restart", round: 0, isNewConnection: true },
  {
    type: "candidate",
    round: 0,
    candidate: { candidate: "forged", sdpMid: null, sdpMLineIndex: null },
  },
  { type: "cancel" },
  { type: "accept", ends: null, answer: null },
  { type: "decline" },
  { type: "silence" },
  { type: "ring-acknowledge" },
  { type: "microphone-pending" },
  { type: "trust-pending" },
  { type: "media-connected" },
  { type: "media-lost" },
  { type: "hang-up" },
  { type: "page-left" },
  { type: "page-returned" },
];

/** Runs some people and devices, their calls and their bad luck, all of it from one seed. */
export function simulate(seed: number): Simulation {
  const random = new RandomSource(seed);
  const clock = new VirtualClock(startedAt);
  const isFair = random.isTrue(0.3);
  const weather: Weather = {
    loss: isFair ? 0 : random.pick([0.02, 0.1, 0.3]),
    duplication: isFair ? 0 : 0.1,
    delayMaxMs: random.pick([50, 400, 3_000]),
  };
  const crash = isFair ? 0 : random.pick([0, 0.02, 0.1]);
  const network = new Network(weather, random, clock);
  let calls = 0;
  const makeCallId = () => CallId.parse(textOfId(++calls));
  const server = new SimulatedServer({ clock, network, random, crash, makeCallId });
  for (const id of devicesOf(random)) {
    server.devices.push(new SimulatedDevice(id, { clock, network, random, server }));
  }
  planCalls(server, random, clock);
  planTrouble(server, random, clock);
  clock.after(horizonMs, () => server.devices.forEach((device) => signOut(server, device)));
  const isAtRest = clock.runUntil(startedAt + horizonMs + 60_000, appointmentsMax);
  if (!isAtRest) server.faults.push("does not come to rest");
  return { weather, crash, server };
}

/** Two to four people with one to three devices each. */
function devicesOf(random: RandomSource): CallDevice[] {
  const devices: CallDevice[] = [];
  const people = random.between(2, 4);
  for (let person = 1; person <= people; person++) {
    const count = random.between(1, 3);
    for (let device = 1; device <= count; device++) devices.push(deviceOf(person, device));
  }
  return devices;
}

function planCalls(server: SimulatedServer, random: RandomSource, clock: VirtualClock): void {
  for (let count = random.between(2, 5); count > 0; count--) {
    const caller = pickDevice(server, random);
    const others = server.devices.filter(({ id }) => id.accountId !== caller.id.accountId);
    const callee = others[random.between(0, others.length - 1)];
    if (callee === undefined) continue;
    clock.after(random.between(0, ringsUntilMs), () => caller.ring(callee.id.accountId));
  }
}

/** Blocks, rules that change, devices that sign out or vanish, and devices that talk nonsense. */
function planTrouble(server: SimulatedServer, random: RandomSource, clock: VirtualClock): void {
  const someTime = () => random.between(0, horizonMs - 60_000);
  for (let count = random.between(0, 4); count > 0; count--) {
    clock.after(random.between(0, ringsUntilMs + limits.ringTimeoutMs), () => {
      const permit = [...server.histories.values()].at(-1)?.permit;
      if (permit === undefined) return;
      if (random.isTrue(0.6)) revoke(server, permit.caller, permit.callee);
      else if (random.isTrue(0.3)) block(server, permit.caller, permit.callee);
      else block(server, permit.callee, permit.caller);
    });
  }
  if (random.isTrue(0.3)) {
    const device = pickDevice(server, random);
    clock.after(someTime(), () => signOut(server, device));
  }
  if (random.isTrue(0.3)) {
    // Nobody tells the server of this one until somebody signs it out.
    const device = pickDevice(server, random);
    clock.after(someTime(), () => device.vanish());
  }
  for (let count = random.between(0, 60); count > 0; count--) {
    clock.after(someTime(), () => {
      const known = [...server.histories.keys()];
      const callId = known[random.between(0, known.length)];
      if (random.isTrue(0.2)) server.tellAll({ type: "due" }, () => true);
      if (random.isTrue(0.1)) loseRelay(server, random.pick(relays), random.pick(relays));
      if (callId !== undefined) pickDevice(server, random).say(callId, random.pick(noise));
    });
  }
}

function block(server: SimulatedServer, by: AccountId, blocked: AccountId): void {
  server.setFacts(by, blocked, { callerBlocked: true });
  server.setFacts(blocked, by, { calleeBlocked: true });
  const pair = new Set([by, blocked]);
  const isBetween = (call: Call) =>
    pair.has(call.caller.accountId) && pair.has(call.calleeAccountId);
  server.tellAll({ type: "blocked", by }, isBetween);
}

function revoke(server: SimulatedServer, caller: AccountId, callee: AccountId): void {
  server.setFacts(caller, callee, { calling: "off" });
  const rings = (call: Call) => call.caller.accountId === caller && call.calleeAccountId === callee;
  server.tellAll({ type: "revoked" }, rings);
}

const relays = ["r1", "r2", "r3"] as const;

function loseRelay(server: SimulatedServer, relayId: string, nextId: string): void {
  server.tellAll({ type: "relay-gone", relayId, nextId }, () => true);
  server.tellAll({ type: "relay-ready", relayId: nextId }, () => true);
}

function signOut(server: SimulatedServer, device: SimulatedDevice): void {
  device.vanish();
  server.tellAll({ type: "device-gone", device: device.id }, () => true);
}

function pickDevice(server: SimulatedServer, random: RandomSource): SimulatedDevice {
  const device = server.devices[random.between(0, server.devices.length - 1)];
  if (device === undefined) throw new Error("a simulation has devices");
  return device;
}
