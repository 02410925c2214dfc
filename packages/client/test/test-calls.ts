import {
  type CallId,
  type CallKind,
  type CallPlace,
  type CallView,
  type DownMessage,
  limits,
  type RelayCredential,
  type SignedDescription,
  type UpMessage,
} from "@ringfence/protocol";
import { vi } from "vitest";
import type { Calls } from "../src/calls/calls.ts";
import type { CallsSnapshot, CurrentCall } from "../src/calls/calls-snapshot.ts";
import { bob, online, openWorld, type Profile, type TestWorld } from "./test-client.ts";
import { bobAs, bobsDevice, carolAs, described, makeDevice, type OtherEnd } from "./other-end.ts";
import { anOffer, ownIce } from "./test-media.ts";
import type { TestConnection } from "./test-server.ts";
import { until } from "./until.ts";

export const callId = "0".repeat(26) as CallId;
export const otherId = "1".repeat(26) as CallId;
export const relay: RelayCredential = { urls: ["turn:relay"], username: "u", credential: "c" };

/** A call as Bob rings here. */
export function view(change: Partial<CallView> = {}): CallView {
  return {
    callId,
    role: "callee",
    kind: "audio",
    with: bob,
    state: "ringing",
    route: "relayed",
    isThisDevice: false,
    reason: "mutuals",
    isQuiet: false,
    isSilenced: false,
    isOtherAsked: false,
    ringRemainingMs: 45_000,
    connectedForMs: 0,
    ...change,
  };
}

/** What Bob's device offers first, as it signed it. */
export const theirOffer = await bobAs("caller", callId).offer(described("their offer"));
const theirDirectOffer = await bobAs("caller", callId, bobsDevice, "direct").offer(
  described("their offer"),
);
const carolsEnd = carolAs(await makeDevice("carol"), otherId);
const carolsOffer = await carolsEnd.offer(described("their offer"));

/** What the winner of the accept is told: Bob's offer, or Carol's. */
export function accepted(
  change: Partial<Extract<DownMessage, { type: "accepted" }>> = {},
): DownMessage {
  const call = view({ state: "connecting", isThisDevice: true, ringRemainingMs: 0, reason: null });
  const { with: person, route } = change.call ?? call;
  const isBobs = person.handle === bob.handle;
  const bobsOffer = route === "direct" ? theirDirectOffer : theirOffer;
  const [offer, { chain }] = isBobs ? [bobsOffer, bobsDevice] : [carolsOffer, carolsEnd.device];
  return { type: "accepted", call, relay, offer, chain, ...change };
}

/** What this device offers, but for what it signs of it. */
export const ownOffer = {
  type: "offer",
  callId,
  round: 0,
  isNewConnection: true,
  signed: { description: anOffer },
  ice: ownIce,
};

/** An offer of Bob's, as it comes after the accept. */
export function offered(signed: SignedDescription, round = 0): DownMessage {
  const { chain } = bobsDevice;
  return { type: "offer", callId, round, isNewConnection: true, signed, chain, relay };
}

/** An answer of Bob's. */
export function answered(signed: SignedDescription, round = 0): DownMessage {
  return { type: "answer", callId, round, signed, chain: bobsDevice.chain };
}

/** This device's place in the call, of which the server has nothing yet. */
export function place(change: Partial<CallPlace> = {}): CallPlace {
  return {
    callId,
    relay: { ...relay, credential: "fresh" },
    round: 0,
    isNewConnection: true,
    offer: null,
    answer: null,
    candidates: [],
    candidatesHeard: 0,
    restart: null,
    chain: bobsDevice.chain,
    ...change,
  };
}

export function changed(state: CallView["state"], change: Partial<CallView> = {}): DownMessage {
  const call = view({ state, isThisDevice: true, ringRemainingMs: 0, ...change });
  return { type: "call-changed", call };
}

/** A client that is online, and the road of a call up to some point. */
export class CallScene implements AsyncDisposable {
  readonly world: TestWorld;
  /** The latest. */
  connection: TestConnection;
  /** Bob, once he is in the call. */
  other: OtherEnd = bobAs("caller", callId);

  private constructor(world: TestWorld, connection: TestConnection) {
    this.world = world;
    this.connection = connection;
  }

  static async open(profile: Profile = {}): Promise<CallScene> {
    const world = await openWorld(profile);
    return new CallScene(world, await online(world));
  }

  get calls(): Calls {
    return this.world.client.calls;
  }

  get snapshot(): CallsSnapshot {
    return this.calls.snapshot.get();
  }

  drawn(fits: (all: CallsSnapshot) => boolean): Promise<CallsSnapshot> {
    return until(this.calls.snapshot, fits);
  }

  current(fits: (call: CurrentCall) => boolean): Promise<CallsSnapshot> {
    return this.drawn(({ current }) => current !== null && fits(current));
  }

  phase(wanted: CurrentCall["phase"]): Promise<CallsSnapshot> {
    return this.current((call) => call.phase === wanted);
  }

  incoming(count: number): Promise<CallsSnapshot> {
    return this.drawn((all) => all.incoming.length === count);
  }

  said(type: UpMessage["type"]): UpMessage[] {
    return this.connection.heard.filter((message) => message.type === type);
  }

  hears(type: UpMessage["type"], count = 1): Promise<void> {
    return this.world.server.heard(() => this.said(type).length >= count);
  }

  /** Rings out. The second in which nothing is sent passes at once. */
  async ring(kind: CallKind = "audio"): Promise<void> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    this.calls.ring(bob, kind);
    await vi.advanceTimersByTimeAsync(limits.cancelBeforeInviteMs);
    vi.useRealTimers();
  }

  /** @returns the id of the invite */
  async invite(kind: CallKind = "audio"): Promise<string> {
    await this.ring(kind);
    await this.hears("invite");
    const [message] = this.said("invite");
    if (message?.type !== "invite") throw new Error("no invite");
    return message.requestId;
  }

  /** Rings out until the offer was sent. */
  async ringOut(): Promise<void> {
    const requestId = await this.invite();
    const call = view({ role: "caller", isThisDevice: true, reason: null });
    this.connection.answer({ type: "ringing", requestId, call, relay });
    await this.hears("offer");
    this.other = bobAs("callee", callId);
    await this.other.hear(this.latestSigned("offer"));
  }

  /** What this device signed last. */
  latestSigned(type: "offer" | "answer"): SignedDescription {
    const message = this.said(type).at(-1);
    if (message === undefined || !("signed" in message)) throw new Error(`no ${type}`);
    return message.signed;
  }

  async ringIn(): Promise<void> {
    this.connection.deliver({ type: "ring", call: view() });
    await this.incoming(1);
  }

  /** Rings in, and this device takes it: until the answer was sent. */
  async acceptIn(): Promise<void> {
    await this.ringIn();
    this.calls.accept(callId, { camera: false });
    await this.hears("accept");
    this.connection.deliver(accepted());
    await this.hears("answer");
    this.other = bobAs("caller", callId);
    await this.other.offer(theirOffer.description);
    await this.other.hear(this.latestSigned("answer"));
  }

  /** What was said last is lost with its socket. The next one is welcomed with this. */
  async reconnect(calls: CallView[], own: CallPlace | null = null): Promise<void> {
    const { server } = this.world;
    const before = server.connections.length;
    this.connection.socket.terminate();
    this.connection = await server.connection(before + 1);
    this.connection.calls = calls;
    this.connection.own = own;
    await this.hears("hello");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    vi.useRealTimers();
    await this.world[Symbol.asyncDispose]();
  }
}
