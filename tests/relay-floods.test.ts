import { setInterval } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startApplication } from "../packages/relay/src/test-client/application.ts";
import { dataPaths } from "../packages/relay/src/test-client/data-paths.ts";
import { SocketClient } from "../packages/relay/src/test-client/socket-client.ts";
import { secret, udpClient } from "../packages/relay/src/test-client/together.ts";
import { channelData } from "../packages/relay/src/test-client/turn-client.ts";
import { tcpWire } from "../packages/relay/src/test-client/wire.ts";
import {
  patience,
  type RelayProcess,
  say,
  startRelayProcess,
  untilConnected,
} from "./relay-under-test.ts";

const tickMs = 20;
const ticks = 100;

type Control = Awaited<ReturnType<typeof startApplication>>["control"];

/** Two who are in a joined call, the caller over TCP, and have bound channels for each other. */
async function talkers(
  stack: AsyncDisposableStack,
  control: Control,
  relay: RelayProcess,
  callId: string,
): Promise<[SocketClient, SocketClient]> {
  const wire = await tcpWire("127.0.0.1", relay.port);
  const a = stack.use(new SocketClient(wire, secret, callId, "a"));
  const b = stack.use(await udpClient(relay, "b", callId));
  await say(() => control.callLive(callId));
  expect([await a.allocate(), await b.allocate()]).toEqual([0, 0]);
  await say(() => control.join(callId, "a1", "b1"));
  expect(await a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
  expect(await b.code(b.turn.bindChannel(0x4000, a.relayed))).toBe(0);
  return [a, b];
}

/** A flood: what begins it, which says how it goes on in every tick. */
type Flood = (one: SocketClient, other: SocketClient, relay: RelayProcess) => Promise<() => void>;

/** Sends the same bytes so many times. */
const repeat = (from: SocketClient, bytes: Uint8Array, times: number) => (): void => {
  for (let i = 0; i < times; i++) from.wire.send(bytes);
};

const floods: [string, Flood][] = [
  [
    "of a request that was signed once",
    async (one, other) => {
      const peers = Array.from({ length: 90 }, () => one.relayed);
      return repeat(other, other.turn.createPermission(...peers), 200);
    },
  ],
  ["of media", async (_one, other) => repeat(other, channelData(0x4000, Buffer.alloc(160)), 400)],
  [
    "of a stream without an allocation",
    async (_one, _other, relay) => {
      const { socket } = await tcpWire("127.0.0.1", relay.port);
      const chunk = Buffer.concat(
        Array.from({ length: 500 }, () => channelData(0x4000, Buffer.alloc(996))),
      );
      return () => void (socket.writableLength < chunk.length && socket.write(chunk));
    },
  ],
];

describe.each(dataPaths)("beside a flood (%s)", { timeout: 60_000 }, (dataPath) => {
  test.each(floods)("%s another call loses nothing", async (_, begin) => {
    await using stack = new AsyncDisposableStack();
    const application = stack.use(await startApplication({ secret }));
    const relay = stack.use(
      await startRelayProcess({
        applications: [application],
        settings: { RELAY_DATA_PATH: dataPath },
      }),
    );
    await untilConnected(application);
    const { control } = application;
    const [a, b] = await talkers(stack, control, relay, "quiet");
    const [one, other] = await talkers(stack, control, relay, "loud");
    const flood = await begin(one, other, relay);
    const before = [a.wire.received(), b.wire.received()] as const;
    let sent = 0;
    for await (const _tick of setInterval(tickMs)) {
      flood();
      for (const from of [a, b]) from.wire.send(channelData(0x4000, Buffer.alloc(160)));
      if (++sent === ticks) break;
    }
    const heard = () => [a.wire.received() - before[0], b.wire.received() - before[1]];
    await expect.poll(heard, patience).toEqual([ticks, ticks]);
  });
});
