import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Handle, api } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { request, signUpMutuals } from "../../apps/server/src/accounts/test-people.ts";
import { ice, signed } from "../../apps/server/src/calls/calls-test-world.ts";
import { SteadyDevice } from "../durability/steady-device.ts";
import { type Cluster, hasPrograms, startCluster } from "./cluster.ts";
import type { Front } from "./front.ts";

const pairCount = 6;
const sendEveryMs = 500;
const sendAgainMs = 50;
const patience = { timeout: 60_000, interval: 20 };

interface Pair {
  caller: SteadyDevice;
  callee: SteadyDevice;
  cookie: string;
  origin: string;
}

test.runIf(hasPrograms())(
  "restarting every node in turn under load ends no call and loses no message",
  { timeout: 300_000, retry: 0 },
  async () => {
    await using owned = new AsyncDisposableStack();
    const cluster = owned.use(await startCluster(3));
    const fronts = await Promise.all(cluster.nodes.map((node) => cluster.frontTo(node)));
    const pairs: Pair[] = [];
    for (let index = 0; index < pairCount; index++) {
      const pair = await meet(index, fronts);
      owned.use(pair.caller);
      owned.use(pair.callee);
      pairs.push(pair);
    }
    await Promise.all(pairs.map(connect));
    const writing = new AbortController();
    const written = pairs.map((pair) => keepWriting(pair, writing.signal));

    await restartInTurn(cluster);

    writing.abort();
    for (const [index, pair] of pairs.entries()) {
      const texts = (await written[index]) ?? [];
      expect(texts.length).toBeGreaterThan(0);
      expect(await textsOf(pair)).toEqual(["Hello", "Hello", ...texts]);
      for (const device of [pair.caller, pair.callee]) {
        const states = [...device.calls.values()].map(({ view }) => view.state);
        expect({ faults: device.faults, states }).toEqual({ faults: [], states: ["connected"] });
      }
    }
    const count = (await Promise.all(written)).flat().length;
    console.log(`${pairCount} calls and ${count} messages came through three restarts.`);
  },
);

/** Two new people, whose pages are at different nodes. */
async function meet(index: number, fronts: readonly Front[]): Promise<Pair> {
  const [near, far] = [fronts[index % 3], fronts[(index + 1) % 3]];
  if (near === undefined || far === undefined) throw new Error("no nodes");
  const names = [`caller${index}`, `callee${index}`] as const;
  const cookies = await signUpMutuals(near.origin, names);
  const cookie = cookies[names[0]] ?? "";
  return {
    caller: new SteadyDevice(names[0], near.origin, cookie),
    callee: new SteadyDevice(names[1], far.origin, cookies[names[1]] ?? ""),
    cookie,
    origin: near.origin,
  };
}

const isConnected = ({ calls }: SteadyDevice) =>
  [...calls.values()].some(({ view }) => view.state === "connected");

async function connect({ caller, callee }: Pair): Promise<void> {
  const said = new Set<string>();
  const once = (device: SteadyDevice, message: Parameters<SteadyDevice["say"]>[0]) => {
    const words = `${device.name} ${message.type}`;
    if (!said.has(words)) device.say(message);
    said.add(words);
  };
  caller.onHeard = (message) => {
    if (message.type === "ringing") {
      const { callId } = message.call;
      once(caller, { type: "offer", callId, round: 0, isNewConnection: true, signed, ice });
    } else if (message.type === "answer") {
      once(caller, { type: "media-connected", callId: message.callId });
    }
  };
  callee.onHeard = (message) => {
    if (message.type === "ring") {
      const { callId } = message.call;
      once(callee, { type: "accept", callId, ends: null, answer: null });
      return;
    }
    const offered = message.type === "offer" || message.type === "accepted";
    if (!offered) return;
    const callId = message.type === "offer" ? message.callId : message.call.callId;
    const offer = message.type === "offer" ? message.signed : message.offer;
    if (offer === null) return;
    once(callee, { type: "answer", callId, round: 0, signed });
    once(callee, { type: "media-connected", callId });
  };
  await expect.poll(() => caller.welcomes > 0 && callee.welcomes > 0, patience).toBe(true);
  const to = Handle.parse(callee.name);
  once(caller, { type: "invite", requestId: randomUUID(), to, kind: "audio" });
  const areConnected = () => isConnected(caller) && isConnected(callee);
  await expect.poll(areConnected, patience).toBe(true);
}

/** Writes as a page does: what was not confirmed is sent again, as the same message. */
async function keepWriting({ callee, cookie, origin }: Pair, signal: AbortSignal) {
  const texts: string[] = [];
  for (let count = 1; !signal.aborted; count++) {
    const message = { clientMessageId: randomUUID(), text: `Message ${count}` };
    const path = `/api/conversations/${callee.name}/messages`;
    for (;;) {
      const sent = await request(origin, cookie, "POST", path, message).catch(() => undefined);
      if (sent !== undefined) break;
      await wait(sendAgainMs);
    }
    texts.push(message.text);
    await wait(sendEveryMs);
  }
  return texts;
}

/** Everything in the thread, the oldest first. */
async function textsOf({ callee, cookie, origin }: Pair): Promise<string[]> {
  const texts: string[] = [];
  for (let before = ""; ;) {
    const path = `/api/conversations/${callee.name}/entries${before}`;
    const response = await request(origin, cookie, "GET", path);
    const { entries } = api.listEntries.response.parse(await response.json());
    const [oldest] = entries;
    if (oldest === undefined) return texts;
    const page = entries.flatMap((entry) => (entry.type === "message" ? [entry.text] : []));
    texts.unshift(...page);
    before = `?before=${oldest.id}`;
  }
}

async function restartInTurn({ nodes, untilReady }: Cluster): Promise<void> {
  for (const node of nodes) {
    await node.stop();
    await node.startAgain();
    await untilReady();
  }
}
