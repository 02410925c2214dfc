import { randomUUID } from "node:crypto";
import { type CallId, type DownMessage, Handle } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { signIn, signUp, signUpMutuals } from "../apps/server/src/accounts/test-people.ts";
import { description, ice } from "../apps/server/src/calls/calls-test-world.ts";
import { TestDevice } from "../apps/server/src/signalling/test-device.ts";
import type { CallMessage } from "../packages/call/src/index.ts";
import {
  type CallModel,
  judge,
  newCallModel,
  type Who,
} from "../packages/call/src/test/model/call-model.ts";
import {
  nextSaying,
  randomSaying,
  type Vocabulary,
} from "../packages/call/src/test/model/random-sayings.ts";
import { RandomSource } from "../packages/call/src/test/simulation/random-source.ts";
import { openDyingServer } from "./durability/dying-server.ts";

/**
 * The conversations of `packages/call/src/model.test.ts`, over WebSockets with a real server: a slice,
 * to see that nothing between the socket and the machine lets more through, or less.
 */
const seeds = Array.from({ length: Number(process.env["FUZZ_CALLS"] ?? 6) }, (_, n) => n + 1);
const sayingsPerCall = 60;
/** So far from its timer a conversation ends: the clocks of the two processes are not compared. */
const timerMarginMs = 2_000;

type Name = "alice" | "alicesLaptop" | "bob" | "bobsLaptop" | "carol";
const names = ["alice", "alicesLaptop", "bob", "bobsLaptop", "carol"] as const;

test(
  "a real server refuses what the model of a call refuses, and nothing else",
  { timeout: 120_000 },
  async () => {
    await using server = await openDyingServer();
    const { origin } = server.application;
    const cookies: Record<Name, string> = {
      ...(await signUpMutuals(origin, ["alice", "bob"])),
      alicesLaptop: await signIn(origin, "alice"),
      bobsLaptop: await signIn(origin, "bob"),
      carol: await signUp(origin, "carol"),
    };
    for (const seed of seeds) {
      // New sockets for each call: one connection may not say so much.
      using owned = new DisposableStack();
      const devices = {} as Record<Name, TestDevice>;
      for (const name of names)
        devices[name] = owned.use(await TestDevice.open(origin, cookies[name]));
      const faults = await converse(new RandomSource(seed), devices);
      expect({ seed, faults }).toEqual({ seed, faults: [] });
    }
  },
);

async function converse(
  random: RandomSource,
  devices: Record<Name, TestDevice>,
): Promise<string[]> {
  const { alice } = devices;
  alice.say({ type: "invite", requestId: randomUUID(), to: Handle.parse("bob"), kind: "audio" });
  const { callId } = (await alice.told("ringing")).call;
  const vocabulary = vocabularyOf(callId);
  let model: CallModel = newCallModel(Date.now());
  let winner: Name | null = null;
  const faults: string[] = [];
  for (let count = 0; count < sayingsPerCall; count++) {
    if (model.dueAt !== null && Date.now() > model.dueAt - timerMarginMs) break;
    const isHelpful = random.isTrue(0.3);
    const next = nextSaying(random, vocabulary, model);
    const helpful: Name = next.who === "caller" ? "alice" : (winner ?? "bob");
    const name: Name = isHelpful ? helpful : random.pick(names);
    const message: CallMessage = isHelpful
      ? next.message
      : randomSaying(random, vocabulary, model.round);
    const who = whoIs(name, winner);
    const verdict = judge(model, who, message, Date.now());
    const code = await answerTo(devices[name], message);
    const expected =
      verdict.outcome === "moved" || verdict.outcome === "ignored" ? null : verdict.outcome;
    if (code !== expected) {
      faults.push(
        `${count}: ${message.type} of the ${who} while ${model.phase}: ${code}, not ${expected}`,
      );
    }
    if (verdict.outcome !== "moved") continue;
    model = { ...model, ...verdict.change };
    if (message.type === "accept") winner = name;
  }
  await answerTo(alice, { type: "hang-up", callId });
  await answerTo(alice, { type: "cancel", callId });
  for (const name of names) {
    if (name === "alice" || name === winner) continue;
    const overheard = devices[name].messages.filter(isOfTheTwo);
    for (const { type } of overheard) faults.push(`${name} was told an ${type}`);
  }
  return faults;
}

function isOfTheTwo({ type }: DownMessage): boolean {
  return type === "offer" || type === "answer" || type === "candidate" || type === "restart";
}

function whoIs(name: Name, winner: Name | null): Who {
  if (name === "alice") return "caller";
  if (name === "alicesLaptop") return "callers-other";
  if (name === "carol") return "stranger";
  if (winner === null) return "callee";
  return winner === name ? "winner" : "loser";
}

/** The code of the refusal, or null. A heartbeat behind a message is answered after it was obeyed. */
async function answerTo(device: TestDevice, message: CallMessage): Promise<string | null> {
  const before = device.frames.length;
  device.say(message);
  device.say({ type: "heartbeat" });
  const since = () => device.frames.slice(before).filter(({ isDelivery }) => !isDelivery);
  await device.until(
    () => since().some((frame) => frame.message.type === "heartbeat"),
    "an answer to the heartbeat",
  );
  const refused = since().find((frame) => frame.message.type === "refused")?.message;
  return refused?.type === "refused" ? refused.code : null;
}

function relayedCandidate(port: number): string {
  return `candidate:1 1 udp 58597375 192.0.2.7 ${port} typ relay raddr 0.0.0.0 rport 0`;
}

function vocabularyOf(callId: CallId): Vocabulary {
  return {
    callId,
    descriptions: [description, description.replace("o=- 1 1 ", "o=- 1 2 ")],
    candidates: ["", ...Array.from({ length: 20 }, (_, n) => relayedCandidate(50_000 + n))],
    ice,
  };
}
