import type { LiveCall } from "../control/live-call.ts";
import type { RunningRelay } from "../node/relay-config.ts";
import { runRelay } from "../node/run-relay.ts";
import type { Party } from "../turn/credential.ts";
import { turnMethod } from "../turn/method.ts";
import { type Application, startApplication } from "./application.ts";
import { MemoryLog } from "./memory-log.ts";
import { SocketClient } from "./socket-client.ts";
import { dataIn, readMessage } from "./turn-client.ts";
import { udpWire } from "./wire.ts";

export const secret = "a secret for tests";
/** The devices that clients have where a test names none. */
export const joined = { callerDevice: "a1", calleeDevice: "b1" };

export function startRelay(log: MemoryLog, ...controlUrls: string[]): Promise<RunningRelay> {
  return runRelay({ host: "127.0.0.1", port: 0, secret, controlUrls }, log);
}

/** An application and a relay that know each other. */
export async function together(
  liveCalls: () => readonly LiveCall[] | Promise<readonly LiveCall[]> = () => [],
): Promise<AsyncDisposable & { application: Application; relay: RunningRelay; log: MemoryLog }> {
  const application = await startApplication({ secret, liveCalls });
  const log = new MemoryLog();
  const ready = application.log.next("relay connected");
  const relay = await startRelay(log, application.url);
  await ready;
  return {
    application,
    relay,
    log,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await application[Symbol.asyncDispose]();
    },
  };
}

/** A client over UDP that has said nothing yet. */
export async function udpClient(
  relay: Pick<RunningRelay, "port">,
  party: Party,
  callId = "call",
  device = `${party}1`,
): Promise<SocketClient> {
  return new SocketClient(await udpWire("127.0.0.1", relay.port), secret, callId, party, device);
}

export function bindingRequest(by: SocketClient): Uint8Array {
  return by.turn.request(turnMethod.binding, [], { isSigned: false });
}

/** Whether something that one client sends reaches the other. */
export async function reaches(from: SocketClient, to: SocketClient): Promise<boolean> {
  from.wire.send(from.turn.sendIndication(to.relayed, Buffer.from("hello")));
  // The relay has one socket: what it is asked after that, it answers after that.
  await from.code(from.turn.refresh());
  to.wire.send(to.turn.refresh());
  let hasCome = false;
  for (;;) {
    const bytes = await to.wire.next();
    if (readMessage(bytes).method === turnMethod.refresh) return hasCome;
    hasCome ||= dataIn(bytes) === "hello";
  }
}
