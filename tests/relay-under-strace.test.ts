import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startApplication } from "../packages/relay/src/test-client/application.ts";
import { dataPaths } from "../packages/relay/src/test-client/data-paths.ts";
import { SocketClient } from "../packages/relay/src/test-client/socket-client.ts";
import { bindingRequest, reaches, secret } from "../packages/relay/src/test-client/together.ts";
import { channelData, transportAddress } from "../packages/relay/src/test-client/turn-client.ts";
import { tcpWire, udpWire, type Wire } from "../packages/relay/src/test-client/wire.ts";
import { say, startRelayProcess, untilConnected } from "./relay-under-test.ts";
import { readSystemCalls, straceFlags, type SystemCall } from "./system-call-log.ts";

/** Why this machine cannot run it, if it cannot. */
function whyNot(): string | undefined {
  const { error, status } = spawnSync("strace", ["--quiet=all", "-o", "/dev/null", "true"]);
  if (error !== undefined) return "strace is not installed";
  return status === 0 ? undefined : "this machine does not let a process be traced";
}

const obstacle = whyNot();
if (obstacle !== undefined) console.warn(`The relay is not run under strace: ${obstacle}.`);

/** A relay under strace; what it did can be read once it has ended. */
async function tracedRelay(dataPath: string, application: { readonly port: number }) {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-strace-"));
  const log = join(directory, "calls");
  const relay = await startRelayProcess({
    applications: [application],
    settings: { RELAY_DATA_PATH: dataPath },
    under: ["strace", ...straceFlags, "-o", log],
  });
  const { pid } = relay.process.child;
  const [traced = 0] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .map(Number);
  return {
    port: relay.port,
    async end(): Promise<SystemCall[]> {
      process.kill(traced, "SIGTERM");
      await relay.process.exited();
      return readSystemCalls(readFileSync(log, "utf8"));
    },
    async [Symbol.asyncDispose]() {
      // strace does not take its child along.
      if (relay.process.child.exitCode === null) process.kill(traced, "SIGKILL");
      await relay[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A socket to which the relay must never be brought to send anything. */
async function startVictim() {
  const socket = createSocket("udp4");
  let heard = 0;
  socket.on("message", () => heard++);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    port: socket.address().port,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

const sending = new Set(["sendto", "sendmsg", "sendmmsg", "write", "writev"]);
const receiving = new Set(["recvfrom", "recvmsg", "recvmmsg", "read", "readv"]);

/** Whom a call sent to, or heard from: one entry for each message. */
function peersOf({ named, remote, result, name }: SystemCall): readonly string[] {
  if (result < 0 || (remote !== "" && result === 0)) return [];
  if (remote !== "") return [remote];
  return name === "sendmmsg" ? named.slice(0, result) : named;
}

interface Conduct {
  /** Every end that it opened a connection to. */
  readonly connectedTo: ReadonlySet<string>;
  /** How many messages went to each end. */
  readonly sent: ReadonlyMap<string, number>;
  /** Messages to somebody who had not asked for that many, and has no allocation. */
  readonly unasked: readonly string[];
}

/** @param parties those that have an allocation: media may come to them unasked */
function conductOf(calls: readonly SystemCall[], parties: ReadonlySet<string>): Conduct {
  const internet = calls.filter(({ protocol }) => /^(UDP|TCP)(v6)?$/.test(protocol));
  // Where the data path tries itself out at its start, both ends are its own.
  const own = new Set(internet.flatMap(({ local, remote }) => (remote === "" ? [local] : [])));
  const connects = internet.filter(({ name }) => name === "connect");
  const connectedTo = new Set(connects.flatMap(({ named }) => named));
  const sent = new Map<string, number>();
  const asked = new Map<string, number>();
  const unasked: string[] = [];
  for (const call of internet) {
    for (const peer of peersOf(call)) {
      if (own.has(peer) || connectedTo.has(peer)) continue;
      if (receiving.has(call.name)) asked.set(peer, (asked.get(peer) ?? 0) + 1);
      if (!sending.has(call.name)) continue;
      sent.set(peer, (sent.get(peer) ?? 0) + 1);
      const credit = (asked.get(peer) ?? 0) - 1;
      asked.set(peer, credit);
      if (credit < 0 && !parties.has(peer)) unasked.push(`${call.name} to ${peer}`);
    }
  }
  return { connectedTo, sent, unasked };
}

function endOf(wire: Wire): string {
  return `127.0.0.1:${wire.port}`;
}

describe.each(dataPaths)("a relay under strace (%s)", { timeout: 120_000 }, (dataPath) => {
  test.skipIf(obstacle !== undefined)(
    "sends to live five-tuples and to whom it answers, and connects to its application only",
    async () => {
      await using victim = await startVictim();
      await using application = await startApplication({ secret });
      await using relay = await tracedRelay(dataPath, application);
      await untilConnected(application);
      const { control } = application;
      const udp = () => udpWire("127.0.0.1", relay.port);
      const tcp = () => tcpWire("127.0.0.1", relay.port);
      await using a = new SocketClient(await udp(), secret, "call", "a");
      await using b = new SocketClient(await tcp(), secret, "call", "b");
      await using again = new SocketClient(await udp(), secret, "call", "b");
      await using attacker = new SocketClient(await udp(), secret, "attack", "a");
      await using streamAttacker = new SocketClient(await tcp(), secret, "attack", "a");
      await using stranger = new SocketClient(await udp(), "another secret", "call", "a");
      await using silent = await udp();

      for (const callId of ["call", "attack"]) await say(() => control.callLive(callId));
      await say(() => control.direct("call"));
      for (const one of [a, b, again, attacker, streamAttacker]) {
        expect(await one.allocate()).toBe(0);
      }
      await say(() => control.join("call", "a1", "b1"));
      expect([await reaches(a, b), await reaches(b, a), await reaches(a, again)]).toEqual([
        true,
        true,
        true,
      ]);
      expect(await a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
      for (let i = 0; i < 50; i++) a.wire.send(channelData(0x4000, Buffer.alloc(160)));
      for (let i = 0; i < 50; i++) await b.wire.next();
      expect(await a.code(bindingRequest(a))).toBe(0);

      for (const one of [attacker, streamAttacker]) {
        await attack(one, [
          transportAddress("127.0.0.1", victim.port),
          transportAddress("127.0.0.1", relay.port),
          transportAddress("127.0.0.53", 53),
          transportAddress("169.254.169.254", 80),
          a.relayed,
          b.relayed,
        ]);
      }
      for (const bytes of noise(stranger)) silent.send(bytes);
      expect([await stranger.allocate(), await stranger.allocate()]).toEqual([401, 401]);

      await say(() => control.end("call"));
      for (let i = 0; i < 10; i++) a.wire.send(channelData(0x4000, Buffer.alloc(160)));
      expect(await a.allocate()).toBe(401);
      const calls = await relay.end();

      const clients = [a, b, again, attacker, streamAttacker];
      const { connectedTo, sent, unasked } = conductOf(
        calls,
        new Set(clients.map(({ wire }) => endOf(wire))),
      );
      expect(unasked).toEqual([]);
      expect(connectedTo).toEqual(new Set([`127.0.0.1:${application.port}`]));
      // Nobody else was sent anything, and nobody more than arrived there.
      expect([...sent.keys()].toSorted()).toEqual(
        [...clients, stranger].map(({ wire }) => endOf(wire)).toSorted(),
      );
      for (const { wire } of [a, again, attacker, stranger]) {
        expect(sent.get(endOf(wire))).toBe(wire.received());
      }
      expect([victim.heard(), silent.received()]).toEqual([0, 0]);
      const rings = calls.filter(({ name }) => name === "io_uring_setup");
      expect(rings.every(({ result }) => result < 0)).toBe(true);
      expect(sent.get(endOf(b.wire))).toBeGreaterThan(50);
    },
  );
});

/** Tries every way that TURN has to send something to somebody. */
async function attack(
  one: SocketClient,
  peers: readonly ReturnType<typeof transportAddress>[],
): Promise<void> {
  for (const [i, peer] of peers.entries()) {
    await one.code(one.turn.createPermission(peer));
    await one.code(one.turn.bindChannel(0x4000 + i, peer));
    one.wire.send(one.turn.sendIndication(peer, Buffer.from("attack")));
    one.wire.send(channelData(0x4000 + i, Buffer.alloc(8)));
  }
  expect(await one.code(one.turn.refresh())).toBe(0);
}

/** What nobody is answered, whoever sends it. */
function noise({ turn }: SocketClient): Uint8Array[] {
  const peer = transportAddress("192.0.2.2", 2_000);
  return [
    Buffer.alloc(0),
    Buffer.from("x"),
    Buffer.alloc(1_200, 0xff),
    turn.request(0x001, [], { isSigned: false }),
    turn.refresh(),
    turn.createPermission(peer),
    turn.bindChannel(0x4000, peer),
    turn.sendIndication(peer, Buffer.from("x")),
    channelData(0x4000, Buffer.from("x")),
  ];
}
