import { SocketClient } from "../../packages/relay/src/test-client/socket-client.ts";
import { channelData } from "../../packages/relay/src/test-client/turn-client.ts";
import type { Wire } from "../../packages/relay/src/test-client/wire.ts";
import { serverSecret } from "./turn-server.ts";

const channel = 0x4001;
const payloadBytes = 160;
const indexOffset = 4;

/** The two clients of a call, bound to each other by channels. */
export interface CallClients {
  readonly a: SocketClient;
  readonly b: SocketClient;
}

/** @throws Error when the server refuses one of them */
export async function bindCall(callId: string, wireA: Wire, wireB: Wire): Promise<CallClients> {
  const a = new SocketClient(wireA, serverSecret, callId, "a");
  const b = new SocketClient(wireB, serverSecret, callId, "b");
  for (const client of [a, b]) granted(await client.allocate());
  await bindChannel(a, b);
  await bindChannel(b, a);
  return { a, b };
}

/** A packet of audio's size that carries its number. */
export function numberedPacket(index: number): Uint8Array {
  const payload = Buffer.alloc(payloadBytes);
  payload.writeUInt32BE(index);
  return channelData(channel, payload);
}

/** The number of a packet that a channel brought; nothing where it is something else. */
export function numberIn(packet: Uint8Array): number | undefined {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const isOurs = bytes.length >= indexOffset + payloadBytes && bytes.readUInt16BE() === channel;
  return isOurs ? bytes.readUInt32BE(indexOffset) : undefined;
}

async function bindChannel(from: SocketClient, to: SocketClient): Promise<void> {
  granted(await from.code(from.turn.createPermission(to.relayed)));
  granted(await from.code(from.turn.bindChannel(channel, to.relayed)));
}

function granted(code: number): void {
  if (code !== 0) throw new Error(`A client was refused with ${code}.`);
}
