import type { CallDevice, CallEvent } from "@ringfence/call";
import {
  type CallId,
  type CallView,
  type DeviceId,
  type DownMessage,
  type ErrorCode,
  checkCandidate,
  checkDescription,
  limits,
} from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import type { Store } from "../store/store.ts";
import type { CallHooks } from "./call-hooks.ts";
import { AbsentDevices } from "./absent-devices.ts";
import { activeCalls, activeCallsOf, removeUnreadableCalls } from "./call-store.ts";
import { DueCalls } from "./due-calls.ts";
import { invite } from "./invite.ts";
import { isInCall } from "./is-in-call.ts";
import { keepCallHooks } from "./keep-call-hooks.ts";
import { participantsOf } from "./participants.ts";
import type { RelayOrders, RingPush } from "./effect-parts.ts";
import { type RelayAddresses, relayCredential } from "./relay-credentials.ts";
import { type RunParts, runCall } from "./run-call.ts";
import { viewFor } from "./tell-devices.ts";

export interface CallsParts extends Pick<RunParts, "logger" | "callRecordDays"> {
  store: Store;
  relay: RelayOrders;
  ringPush: RingPush;
  relayAddresses: RelayAddresses;
  /** Whether a device has a connection to any node. */
  isConnected: (device: DeviceId) => boolean;
  rateLimiter: RateLimiter;
  now: () => number;
  /** Waits until a refused invite may be answered: `answerTick` but where a test takes it away. */
  answerTick: (now: number) => Promise<void>;
}

type Invite = Extract<CallMessage, { type: "invite" }>;
type MessageOfCall = Exclude<CallMessage, Invite>;

/** What the rest of the server may ask of the calls. */
export class Calls implements Disposable {
  readonly hooks: CallHooks;
  readonly #parts: CallsParts;
  /** Calls that the relay is just being told of, until it knows. */
  readonly #opening = new Map<string, Promise<unknown>>();
  readonly #relay: RelayOrders;
  readonly #dueCalls: DueCalls;
  readonly #absentDevices: AbsentDevices;

  constructor(parts: CallsParts) {
    const { store, relay, now, logger, isConnected } = parts;
    this.#parts = parts;
    this.#relay = {
      callLive: (callId) => this.#open(callId, relay.callLive(callId)),
      direct: (callId) => this.#open(callId, relay.direct(callId)),
      join: (...call) => relay.join(...call),
      end: (callId) => relay.end(callId),
      connectedRelays: () => relay.connectedRelays(),
    };
    // What no device asked for gives no device a credential, so the host's name is nobody's.
    const unasked = this.#partsFor("localhost");
    this.hooks = keepCallHooks(unasked);
    const send = async (callId: CallId, event: CallEvent) => {
      await store.write((write) => runCall(write, callId, event, unasked));
    };
    this.#dueCalls = new DueCalls({
      db: store.db,
      sendDue: (callId) => send(callId, { type: "due" }),
      now,
      logger,
    });
    this.#absentDevices = new AbsentDevices({
      db: store.db,
      isConnected,
      sendGone: (callId, device) => send(callId, { type: "device-gone", device }),
      now,
      logger,
    });
  }

  /** Serves everything overdue, then keeps watch. Before the first device is listened to. */
  async start(): Promise<void> {
    const { store, logger } = this.#parts;
    await store.write((write) => removeUnreadableCalls(write, logger));
    // Before the overdue ones end, so that who missed a ring by push is told.
    await this.#resumeRings();
    await this.#dueCalls.start();
    this.#absentDevices.start();
  }

  /** Obeys a device's message; what that connection alone is answered, if anything. */
  async handle(device: ConnectedDevice, message: CallMessage): Promise<DownMessage | null> {
    try {
      if (message.type === "invite") return await this.#ring(device, message);
      if (!isAllowed(message)) return refusal(message, "description-refused");
      const event = { ...message, from: callDeviceOf(device) };
      const parts = this.#partsFor(device.askedHost);
      return await this.#parts.store.write(async (write) => {
        const { callId } = message;
        if (message.type === "accept" && (await isInCall(write.db, device, callId))) {
          return refusal(message, "already-in-call");
        }
        const ran = await runCall(write, callId, event, parts);
        if (message.type === "ring-acknowledge" && ran.outcome !== "refused") {
          write.afterCommit(() => parts.ringPush.acknowledge(callId, device.device));
        }
        return ran.outcome === "refused" ? refusal(message, ran.code) : null;
      });
    } catch (error) {
      if (error instanceof RefusedError) return refusal(message, error.code, error.message);
      this.#parts.logger.error({ error }, `a message (${message.type}) was not obeyed`);
      return refusal(message, "internal");
    }
  }

  /** Every call of the account that is not over, as this device sees it. */
  async viewsFor(device: ConnectedDevice): Promise<CallView[]> {
    const { store, now } = this.#parts;
    const calls = await activeCallsOf(store.db, device.account);
    const people = await participantsOf(store.db, calls);
    const views = calls.map((call) => viewFor(call, callDeviceOf(device), people, now()));
    return views.filter((view) => view !== null);
  }

  [Symbol.dispose](): void {
    this.#absentDevices[Symbol.dispose]();
    this.#dueCalls[Symbol.dispose]();
  }

  async #resumeRings(): Promise<void> {
    const { store, ringPush } = this.#parts;
    const calls = await activeCalls(store.db);
    const people = await participantsOf(store.db, calls);
    for (const call of calls) {
      const caller = people.get(call.caller.accountId);
      if (call.state === "ringing" && caller !== undefined) ringPush.resume(call, caller);
    }
  }

  /** Keeps whoever begins the call waiting until the relay knows this too. */
  #open(callId: string, told: Promise<unknown>): Promise<unknown> {
    const opening = Promise.all([this.#opening.get(callId), told]).finally(() => {
      if (this.#opening.get(callId) === opening) this.#opening.delete(callId);
    });
    this.#opening.set(callId, opening);
    return opening;
  }

  async #ring(device: ConnectedDevice, message: Invite): Promise<DownMessage> {
    const { requestId, to } = message;
    const { store, now, relay, rateLimiter, answerTick } = this.#parts;
    rateLimiter.take("invitesPerAccount", device.account);
    rateLimiter.take("invitesPerPair", `${device.account} ${to}`);
    if (relay.connectedRelays() === 0) return refusal(message, "unavailable");
    const parts = this.#partsFor(device.askedHost);
    const invited = await store.write((write) => invite(write, device, message, parts));
    if (invited.outcome === "already-in-call" || invited.outcome === "rate-limited") {
      return refusal(message, invited.outcome);
    }
    if (invited.outcome === "unavailable") {
      await answerTick(now());
      return { type: "unavailable", requestId };
    }
    const { call } = invited;
    // The browser asks the relay next, so the relay has to know this call first.
    await this.#opening.get(call.callId);
    const people = await participantsOf(store.db, [call]);
    const view = viewFor(call, callDeviceOf(device), people, now());
    if (view === null) return { type: "unavailable", requestId };
    const credential = parts.credentialFor(call, callDeviceOf(device), now());
    return { type: "ringing", requestId, call: view, relay: credential };
  }

  /** The parts of a transition that a device, which reached us under this host name, asked for. */
  #partsFor(askedHost: string): RunParts {
    const { relayAddresses, logger, callRecordDays, ringPush } = this.#parts;
    return {
      logger,
      callRecordDays,
      ringPush,
      relay: this.#relay,
      credentialFor: (call, device, now) =>
        relayCredential(call, device, askedHost, relayAddresses, now),
      wakeAt: (dueAt) => this.#dueCalls.wakeAt(dueAt),
    };
  }
}

/** Whether every line that would reach the other browser may. */
function isAllowed(message: MessageOfCall): boolean {
  if ("description" in message) return checkDescription(message.description).allowed;
  // As much as any call's may say. Which call it is comes to light later.
  if ("candidate" in message) return checkCandidate(message.candidate, "direct").allowed;
  return true;
}

function callDeviceOf({ account, device }: ConnectedDevice): CallDevice {
  return { accountId: account, deviceId: device };
}

const sentences: Partial<Record<ErrorCode, string>> = {
  "already-in-call": "You are in a call, or ring this person on another device: end that first.",
  "call-not-found": "There is no such call.",
  "rate-limited": "You rang many people within this hour. Wait a while, or write to them.",
  "wrong-role": "This device cannot say that in this call.",
  "wrong-state": "The call has moved on: nothing was changed.",
  "description-refused": "The description has a line that is not allowed, so it was not passed on.",
  "too-many-requests": `A call passes on at most ${limits.candidatesPerPartyMax} candidates a side.`,
  unavailable: "The relay is not running, so nobody can be called. Try again in a moment.",
  internal: "The server could not save this. Try again.",
};

function refusal(
  message: CallMessage,
  code: ErrorCode,
  sentence: string = sentences[code] ?? "Nothing was changed.",
): DownMessage {
  const callId: CallId | null = "callId" in message ? message.callId : null;
  const requestId = "requestId" in message ? message.requestId : null;
  return { type: "refused", requestId, callId, code, message: sentence };
}
