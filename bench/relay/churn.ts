import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { mintCredential } from "../../packages/relay/src/node/mint-credential.ts";
import { errorCodeOf, TurnClient } from "../../packages/relay/src/test-client/turn-client.ts";
import { udpWire } from "../../packages/relay/src/test-client/wire.ts";
import { serverSecret, type TurnServer } from "./turn-server.ts";
import { untilAll } from "./until-all.ts";

const transactionOffset = 8;
/** Every so many requests come from another port. */
const requestsPerSocket = 1_000;
const requestsAtOnce = 100;
/** Slow enough that they wait in the socket of a server and are not dropped there. */
const requestsPerSecond = 50_000;
/** Each begins with two requests of a stranger, and a relay admits 5,000 of these in a second. */
const cyclesPerSecond = 1_500;
/** Before a socket is closed, for the answers to its last requests. */
const lingerMs = 5;
const clients = 100;
const triesMax = 10;
const credentialMs = 600_000;

/**
 * Asks for allocations without a credential.
 *
 * @param isTenthDone called once
 * @returns how many were answered
 */
export async function sendStrangerRequests(
  server: TurnServer,
  count: number,
  signal: AbortSignal,
  isTenthDone: () => void,
): Promise<number> {
  const request = Buffer.from(
    new TurnClient({ username: "", password: "" }).allocate([], { isSigned: false }),
  );
  const turn = paced(requestsPerSecond);
  let answered = 0;
  for (let sent = 0; sent < count;) {
    const socket = createSocket("udp4");
    socket.on("message", () => answered++);
    socket.connect(server.port, server.address);
    await once(socket, "connect");
    for (let left = Math.min(requestsPerSocket, count - sent); left > 0; left -= requestsAtOnce) {
      signal.throwIfAborted();
      await turn(sent);
      await sendAll(socket, request, Math.min(left, requestsAtOnce), sent);
      const isTenth = sent < count / 10 && sent + requestsAtOnce >= count / 10;
      sent += Math.min(left, requestsAtOnce);
      if (isTenth) isTenthDone();
    }
    await delay(lingerMs);
    socket.close();
  }
  return answered;
}

/** Waits until it is the turn of the n-th of things that happen so many times in a second. */
function paced(perSecond: number): (index: number) => Promise<void> {
  const startedAt = performance.now();
  return async (index) => {
    const early = startedAt + (index * 1_000) / perSecond - performance.now();
    if (early > 0) await delay(early);
  };
}

/** Sends a request so many times, each as a transaction of its own. */
function sendAll(socket: Socket, request: Buffer, count: number, first: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let waiting = count;
  for (let index = 0; index < count; index++) {
    const bytes = Buffer.from(request);
    bytes.writeUInt32BE(first + index, transactionOffset);
    socket.send(bytes, (error) => {
      if (error !== null) reject(error);
      else if (--waiting === 0) resolve();
    });
  }
  return promise;
}

/**
 * Allocates and gives back, again and again, each time for another call and from another port.
 *
 * @param isTenthDone called once
 * @throws Error when a server refuses what it should grant, or does not answer
 */
export async function churnAllocations(
  server: TurnServer,
  count: number,
  signal: AbortSignal,
  isTenthDone: () => void,
): Promise<void> {
  const turn = paced(cyclesPerSecond);
  let begun = 0;
  let done = 0;
  async function work(): Promise<void> {
    try {
      while (begun < count) {
        signal.throwIfAborted();
        const cycle = begun++;
        await turn(cycle);
        await allocateAndFree(server, `churn-${cycle}`);
        if (++done === Math.ceil(count / 10)) isTenthDone();
      }
    } finally {
      // Where one fails, the others end too.
      begun = count;
    }
  }
  await untilAll(Array.from({ length: clients }, work));
}

/** A client that gets no answer, because servers limit strangers and datagrams get lost, begins anew. */
async function allocateAndFree(server: TurnServer, callId: string): Promise<void> {
  let refusal = "";
  for (let attempt = 0; attempt < triesMax; attempt++) {
    const expiresAt = Date.now() + credentialMs;
    const subject = { secret: serverSecret, callId, party: "a", device: "a1", expiresAt } as const;
    const turn = new TurnClient(mintCredential(subject));
    await using wire = await udpWire(server.address, server.port);
    const ask = (request: Uint8Array): Promise<Uint8Array> => {
      wire.send(request);
      return wire.next();
    };
    try {
      turn.takeChallenge(await ask(turn.allocate([], { isSigned: false })));
      const code = errorCodeOf(await ask(turn.allocate()));
      const freeing = code === 0 ? errorCodeOf(await ask(turn.refresh(0))) : code;
      if (freeing === 0) return;
      refusal = `refused with ${freeing}`;
      // RFC 8656 §7.2: the port was another client's, and its allocation is not all gone.
      if (code !== 437) break;
    } catch {
      refusal = "not answered";
    }
  }
  throw new Error(`A client that allocates and frees was ${refusal}.`);
}
