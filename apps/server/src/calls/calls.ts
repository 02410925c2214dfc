import {
  type Call,
  type CallDevice,
  type CallEvent,
  placeIn,
  preparationOf,
} from "@ringfence/call";
import {
  type CallId,
  type CallPlace,
  type CallView,
  type DeviceChain,
  type DownMessage,
  type RelayCredential,
  limits,
} from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import type { CredentialWanted } from "../bus/carried-message.ts";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import type { Reader, Store } from "../store/store.ts";
import { accept } from "./accept.ts";
import type { CallHooks } from "./call-hooks.ts";
import { AbsentDevices } from "./absent-devices.ts";
import { callDeviceOf } from "./call-device.ts";
import { activeCalls, activeCallsOf, callsDueBy, removeUnreadableCalls } from "./call-store.ts";
import { chainsOf } from "./chains.ts";
import { DueCalls } from "./due-calls.ts";
import { type Invite, invite } from "./invite.ts";
import { isAllowed } from "./is-allowed.ts";
import { keepCallHooks } from "./keep-call-hooks.ts";
import { MovingCalls } from "./moving-calls.ts";
import { participantsOf } from "./participants.ts";
import type { RelayOrders, RingPush } from "./effect-parts.ts";
import { refusal } from "./refusal.ts";
import { type RelayAddresses, relayCredential } from "./relay-credentials.ts";
import { type RunParts, runCall } from "./run-call.ts";
import { credentialOf, otherAccount, viewFor } from "./tell-devices.ts";

export interface CallsParts extends Pick<RunParts, "logger" | "callRecordDays"> {
  store: Store;
  relay: RelayOrders;
  ringPush: RingPush;
  relayAddresses: RelayAddresses;
  bus: Pick<Bus, "isConnected" | "isMine" | "members" | "onChange">;
  /** As `DueCalls` has it: where the database is a PostgreSQL. */
  looksAround: boolean;
  rateLimiter: RateLimiter;
  now: () => number;
  /** Waits until a refused invite may be answered: `answerTick` but where a test takes it away. */
  answerTick: (now: number) => Promise<void>;
}

type MessageOfCall = Exclude<CallMessage, Invite>;

/** What the rest of the server may ask of the calls. */
export class Calls implements Disposable {
  readonly hooks: CallHooks;
  readonly #parts: CallsParts;
  /** Calls that the relay is just being told of, until it knows. */
  readonly #opening = new Map<string, Promise<unknown>>();
  readonly #runParts: RunParts;
  readonly #dueCalls: DueCalls;
  readonly #absentDevices: AbsentDevices;
  readonly #movingCalls: MovingCalls;
  #changes: Disposable | undefined;
  #resumeLater: NodeJS.Timeout | undefined;

  constructor(parts: CallsParts) {
    const { store, relay, ringPush, now, logger, callRecordDays, bus, looksAround } = parts;
    this.#parts = parts;
    this.#runParts = {
      logger,
      callRecordDays,
      ringPush,
      relay: {
        choose: (...call) => relay.choose(...call),
        liveIds: () => relay.liveIds(),
        urlsOf: (relayId) => relay.urlsOf(relayId),
        callLive: (at, callId) => this.#open(callId, relay.callLive(at, callId)),
        direct: (at, callId) => this.#open(callId, relay.direct(at, callId)),
        join: (...call) => relay.join(...call),
        end: (...call) => relay.end(...call),
      },
      wakeAt: (dueAt) => this.#dueCalls.wakeAt(dueAt),
    };
    this.hooks = keepCallHooks(this.#runParts);
    const send = async (callId: CallId, event: CallEvent) => {
      await store.write((write) => runCall(write, callId, event, this.#runParts));
    };
    this.#dueCalls = new DueCalls({
      db: store.db,
      sendDue: (callId) => send(callId, { type: "due" }),
      looksAround,
      onLook: () => this.#tryToResumeRings(() => this.#oldRings()),
      now,
      logger,
    });
    this.#movingCalls = new MovingCalls({
      db: store.db,
      relay,
      isMine: (callId) => bus.isMine(callId),
      send: async (callId, event) => {
        await send(callId, event);
        await this.#opening.get(callId);
      },
      now,
      logger,
    });
    this.#absentDevices = new AbsentDevices({
      db: store.db,
      isConnected: (device) => bus.isConnected(device),
      isMine: (callId) => bus.isMine(callId),
      sendGone: (callId, device) => send(callId, { type: "device-gone", device }),
      now,
      logger,
    });
  }

  /** Serves everything overdue, then keeps watch. Before the first device is listened to. */
  async start(): Promise<void> {
    const { store, logger, bus } = this.#parts;
    if (bus.members().length === 1) {
      // Beside others it may be the older one, and theirs are not its to remove.
      await store.write((write) => removeUnreadableCalls(write, logger));
      // Before the overdue ones end, so that who missed a ring by push is told.
      await this.#resumeRings(await activeCalls(store.db));
    } else this.#resumeRingsSoon();
    await this.#dueCalls.start();
    this.#absentDevices.start();
    this.#changes = bus.onChange(() => {
      this.#tryToResumeRings();
      this.#resumeRingsSoon();
    });
    this.#movingCalls.start();
  }

  /** A relay came or went. Resolves when what moves by that has moved. */
  relaysChanged(): Promise<void> {
    return this.#movingCalls.look();
  }

  /** Obeys a device's message; what that connection alone is answered, if anything. */
  async handle(device: ConnectedDevice, message: CallMessage): Promise<DownMessage | null> {
    try {
      if (message.type === "invite") return await this.#ring(device, message);
      if (!isAllowed(message)) return refusal(message, "description-refused");
      return await this.#obey(device, message);
    } catch (error) {
      if (error instanceof RefusedError) return refusal(message, error.code, error.message);
      this.#parts.logger.error({ error }, `a message (${message.type}) was not obeyed`);
      return refusal(message, "internal");
    }
  }

  /** Every call of the account that is not over, as this device sees it, and its place in one. */
  async standingFor(
    device: ConnectedDevice,
  ): Promise<{ calls: CallView[]; own: CallPlace | null }> {
    const { store, now } = this.#parts;
    const calls = await activeCallsOf(store.db, device.account);
    const people = await participantsOf(store.db, calls);
    const views = calls.map((call) => viewFor(call, callDeviceOf(device), people, now()));
    const places = await Promise.all(calls.map((call) => this.#placeIn(call, device)));
    return {
      calls: views.filter((view) => view !== null),
      own: places.find((place) => place !== null) ?? null,
    };
  }

  credentialFor(device: ConnectedDevice, wanted: CredentialWanted): RelayCredential {
    const { relay, relayAddresses, now } = this.#parts;
    const urls = wanted.urls ?? relay.urlsOf(wanted.relayId);
    return relayCredential(device, { ...wanted, urls }, relayAddresses, now());
  }

  [Symbol.dispose](): void {
    this.#movingCalls[Symbol.dispose]();
    this.#absentDevices[Symbol.dispose]();
    this.#dueCalls[Symbol.dispose]();
    this.#changes?.[Symbol.dispose]();
    clearTimeout(this.#resumeLater);
  }

  /** Once it would have been heard which node pushes which. */
  #resumeRingsSoon(): void {
    clearTimeout(this.#resumeLater);
    this.#resumeLater = setTimeout(() => this.#tryToResumeRings(), serverLimits.ringUnclaimedMs);
  }

  #tryToResumeRings(read = () => activeCalls(this.#parts.store.db)): void {
    const resuming = read().then((calls) => this.#resumeRings(calls));
    resuming.catch((error: unknown) => {
      this.#parts.logger.error({ error }, "the rings of another node could not be taken over");
    });
  }

  /** And what else has a timer: those that somebody would have said to push by now. */
  #oldRings(): Promise<Call[]> {
    const { store, now } = this.#parts;
    return callsDueBy(store.db, now() + limits.ringTimeoutMs - serverLimits.ringUnclaimedMs);
  }

  /** Those that this node shall push, where no other one does. */
  async #resumeRings(among: readonly Call[]): Promise<void> {
    const { store, ringPush, bus } = this.#parts;
    const calls = among
      .filter((call) => call.state === "ringing")
      .filter((call) => bus.isMine(call.callId) && ringPush.isNobodys(call));
    const people = await participantsOf(store.db, calls);
    for (const call of calls) {
      const caller = people.get(call.caller.accountId);
      if (caller !== undefined) ringPush.resume(call, caller);
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

  async #obey(device: ConnectedDevice, message: MessageOfCall): Promise<DownMessage | null> {
    const { store, rateLimiter } = this.#parts;
    const { callId } = message;
    if (message.type === "restart" || (message.type === "offer" && message.round > 0)) {
      rateLimiter.take("roundsPerCall", `${callId} ${device.device}`);
    }
    // The other half of each, getting it back, is never refused: that would end the call.
    if (message.type === "media-lost" || message.type === "page-left") {
      rateLimiter.take("lossesPerCall", `${callId} ${device.device}`);
    }
    return store.write(async (write) => {
      if (message.type === "accept") {
        await accept(write, device, message, this.#runParts);
        return null;
      }
      const from = callDeviceOf(device);
      const ran = await runCall(write, callId, { ...message, from }, this.#runParts);
      if (ran.outcome === "refused") return refusal(message, ran.code);
      if (message.type !== "ring-acknowledge") return null;
      write.afterCommit(() => this.#parts.ringPush.acknowledge(callId, device.device));
      return this.#prepare(write.db, ran.call, device);
    });
  }

  /** For a device that shows a ring after the caller's offer came. */
  async #prepare(db: Reader, call: Call, device: ConnectedDevice): Promise<DownMessage | null> {
    const from = callDeviceOf(device);
    const prepared = preparationOf(call, from);
    if (prepared === null) return null;
    const { ice, signed: offer } = prepared;
    const relay = this.credentialFor(device, credentialOf(call, from));
    const chain = await this.#chainFor(db, call, from);
    return { type: "prepare", callId: call.callId, ice, offer, chain, relay };
  }

  async #placeIn(call: Call, device: ConnectedDevice): Promise<CallPlace | null> {
    const from = callDeviceOf(device);
    const place = placeIn(call, from);
    if (place === null) return null;
    const relay = this.credentialFor(device, credentialOf(call, from));
    return { ...place, relay, chain: await this.#chainFor(this.#parts.store.db, call, from) };
  }

  /** The devices of the account at the other end. */
  async #chainFor(db: Reader, call: Call, from: CallDevice): Promise<DeviceChain> {
    return (await chainsOf(db, call)).get(otherAccount(call, from)) ?? [];
  }

  async #ring(device: ConnectedDevice, message: Invite): Promise<DownMessage | null> {
    const { requestId, to } = message;
    const { store, now, relay, rateLimiter, answerTick } = this.#parts;
    rateLimiter.take("invitesPerAccount", device.account);
    rateLimiter.take("invitesPerPair", `${device.account} ${to}`);
    // Before anything is looked at: this says nothing of whoever is called.
    if (relay.choose("") === null) return refusal(message, "unavailable");
    const invited = await store.write((write) => invite(write, device, message, this.#runParts));
    if (invited.outcome === "glare") return null;
    if (invited.outcome === "no-relay") return refusal(message, "unavailable");
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
    const from = callDeviceOf(device);
    const view = viewFor(call, from, people, now());
    if (view === null) return { type: "unavailable", requestId };
    const credential = this.credentialFor(device, credentialOf(call, from));
    return { type: "ringing", requestId, call: view, relay: credential };
  }
}
