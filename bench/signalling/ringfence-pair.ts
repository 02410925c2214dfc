import {
  type CallId,
  type DownFrame,
  type DownMessage,
  type UpMessage,
  iceParametersOf,
  parseDownFrame,
  parseUpMessage,
  protocolVersion,
} from "@ringfence/protocol";
import type { CallWatch, Pair } from "./contender.ts";
import { descriptions } from "./descriptions.ts";
import type { TextSocket } from "./text-socket.ts";
import { type Device, type OneCall, takeTurns } from "./turns.ts";

/** Of each device, how many messages are held against the schemas, in both directions: it takes time. */
const checkedMessages = 40;
/** What a device signs of a description, in the length that it has. */
const signed = { transcript: "A".repeat(800), signature: "A".repeat(86) };
const offer = { description: descriptions.offer, ...signed };
const answer = { description: descriptions.answer, ...signed };
const ice = iceParametersOf(descriptions.offer);

/** One device of one of the two, as the web client behaves that has its page open. */
interface RingfenceDevice extends Device {
  readonly handle: string;
  /** Deliveries are counted. */
  sequence: number;
  unchecked: number;
}

/** Says hello; resolves with the device once it was told what it must know. */
export async function greet(handle: string, socket: TextSocket): Promise<RingfenceDevice> {
  const device = { handle, socket, sequence: 0, unchecked: checkedMessages };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onEnd = (why) => reject(new Error(why));
  socket.onText = (text) => {
    const frame = read(device, text);
    device.sequence = frame.sequence;
    if (frame.message.type === "welcome") resolve();
    else reject(new Error(`It was told ${frame.message.type} before its welcome.`));
  };
  say(device, { type: "hello", protocolVersion });
  await promise;
  return device;
}

export function ringfencePair(one: RingfenceDevice, other: RingfenceDevice): Pair {
  return takeTurns(one, other, (caller, callee, watch) => new RingfenceCall(caller, callee, watch));
}

/** A call from its invite until both sides were told that it is over. */
class RingfenceCall implements OneCall<RingfenceDevice> {
  readonly #caller: RingfenceDevice;
  readonly #callee: RingfenceDevice;
  readonly #watch: CallWatch;
  #callId: CallId | undefined;
  #isAccepted = false;
  #ended = 0;

  constructor(caller: RingfenceDevice, callee: RingfenceDevice, watch: CallWatch) {
    this.#caller = caller;
    this.#callee = callee;
    this.#watch = watch;
    say(caller, {
      type: "invite",
      requestId: crypto.randomUUID(),
      to: callee.handle as Extract<UpMessage, { type: "invite" }>["to"],
      kind: "audio",
    });
  }

  hear(device: RingfenceDevice, text: string): void {
    const { sequence, isDelivery, message } = read(device, text);
    if (isDelivery && sequence !== ++device.sequence) this.#fail("A delivery was missed.");
    if (device === this.#caller) this.#hearAsCaller(message);
    else this.#hearAsCallee(message);
    if (message.type === "refused") this.#fail(`${message.code}: ${message.message}`);
    if (message.type === "unavailable") this.#fail("It was not allowed to ring.");
    if (message.type === "call-ended" && message.callId === this.#callId && ++this.#ended === 2) {
      this.#watch.ended();
    }
  }

  #fail(why: string): void {
    this.#watch.ended(why);
  }

  #hearAsCaller(message: DownMessage): void {
    if (message.type === "ringing") {
      const { callId } = message.call;
      this.#callId = callId;
      if (ice === null) throw new Error("The offer has no ICE parameters.");
      say(this.#caller, {
        type: "offer",
        callId,
        round: 0,
        isNewConnection: true,
        signed: offer,
        ice,
      });
    } else if (message.type === "answer") {
      say(this.#caller, { type: "media-connected", callId: message.callId });
    } else if (message.type === "call-changed" && message.call.state === "connected") {
      say(this.#caller, { type: "hang-up", callId: message.call.callId });
    }
  }

  #hearAsCallee(message: DownMessage): void {
    if (message.type === "ring") {
      this.#watch.rang();
      say(this.#callee, { type: "ring-acknowledge", callId: message.call.callId });
    } else if (message.type === "prepare" && !this.#isAccepted) {
      this.#isAccepted = true;
      say(this.#callee, { type: "accept", callId: message.callId, ends: null, answer });
    } else if (message.type === "accepted") {
      say(this.#callee, { type: "media-connected", callId: message.call.callId });
    }
  }
}

function say(device: RingfenceDevice, message: UpMessage): void {
  const text = JSON.stringify(message);
  if (device.unchecked > 0) {
    const parsed = parseUpMessage(text);
    if (parsed.outcome !== "message") throw new Error(`Wrongly said: ${message.type}`);
  }
  device.socket.send(text);
}

function read(device: RingfenceDevice, text: string): DownFrame {
  if (device.unchecked === 0) return JSON.parse(text) as DownFrame;
  device.unchecked--;
  const parsed = parseDownFrame(text);
  if (parsed.outcome !== "message") throw new Error(`Not understood: ${text.slice(0, 200)}`);
  return parsed.message;
}
