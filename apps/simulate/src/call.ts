import type { CallId } from "@ringfence/protocol";
import type { PeerCall, PeerEvents, Peer } from "@ringfence/client/headless";
import { simulationLimits } from "./limits.ts";
import type { CallWish } from "./mix.ts";
import { pass } from "./news.ts";
import type { Person } from "./person.ts";
import type { SoundingPeer } from "./sounding-peer.ts";
import { StillPeer } from "./still-peer.ts";
import type { Tally } from "./tally.ts";
import type { WireMessage } from "./wire.ts";

/** On the clock of `performance.now()`; undefined before it was. */
interface Moments {
  invited?: number;
  rung?: number;
  accepted?: number;
  connected?: number;
}

interface CallParts {
  readonly tally: Tally;
  /** Loaded only where a call has media. */
  readonly openSound: (call: PeerCall, events: PeerEvents) => SoundingPeer;
  /** The time is over: what has begun is ended soon. */
  readonly stop: AbortSignal;
}

/** One ring and what becomes of it, between two people who are free. */
export class SimulatedCall {
  readonly #caller: Person;
  readonly #callee: Person;
  readonly #wish: CallWish;
  readonly #parts: CallParts;
  readonly #moments: Moments = {};
  readonly #sounding: SoundingPeer[] = [];
  readonly #connected = new Set<Person>();
  #callId: CallId | null = null;

  constructor(ends: readonly [Person, Person], wish: CallWish, parts: CallParts) {
    [this.#caller, this.#callee] = ends;
    this.#wish = wish;
    this.#parts = parts;
  }

  get wasAnswered(): boolean {
    return this.#moments.connected !== undefined;
  }

  /** Of either end's live connection. */
  hearWire(from: Person, isSent: boolean, message: WireMessage, atMs: number): void {
    const { type, call } = message;
    const other = from === this.#caller ? this.#callee : this.#caller;
    if (isSent && type === "invite" && message.to === other.handle) this.#moments.invited = atMs;
    if (isSent && type === "accept" && message.callId === this.#callId)
      this.#moments.accepted = atMs;
    if (isSent || call === undefined || call.with.handle !== other.handle) return;
    if (type === "ring" && from === this.#callee) {
      this.#moments.rung = atMs;
      this.#callId = call.callId as CallId;
    }
    if (type === "call-changed" && call.state === "connected") {
      this.#connected.add(from);
      if (this.#connected.size === 2) this.#moments.connected ??= atMs;
    }
  }

  /** Never throws: what went wrong is counted. */
  async run(): Promise<void> {
    const { tally, stop } = this.#parts;
    const ends = [this.#caller, this.#callee];
    for (const end of ends) end.openPeer = this.#openPeer;
    tally.callsBegun += 1;
    try {
      const fault = await this.#play();
      if (fault === null) tally.ended[this.#wish.outcome] += 1;
      else if (stop.aborted) tally.callsCutShort += 1;
      else {
        tally.callsFailed += 1;
        tally.fault(fault);
      }
    } finally {
      await this.#leave();
      this.#countWaits();
      for (const end of ends) end.openPeer = null;
    }
  }

  readonly #openPeer = (call: PeerCall, events: PeerEvents): Peer => {
    if (!this.#wish.hasMedia) return new StillPeer(events);
    const peer = this.#parts.openSound(call, events);
    this.#sounding.push(peer);
    return peer;
  };

  /** @returns what went wrong; null where all went as it was wished */
  async #play(): Promise<string | null> {
    const { ringMs, outcome, kind } = this.#wish;
    const { ringPatienceMs, missPatienceMs } = simulationLimits;
    const { handle, displayName } = this.#callee;
    this.#caller.client.calls.ring({ handle, displayName }, kind);
    const isRung = await this.#both(() => this.#rings || this.#callerEnd !== null, ringPatienceMs);
    if (!isRung || !this.#rings) return `ring-${this.#callerEnd ?? "not-heard"}`;
    await pass(ringMs, this.#parts.stop);
    const callId = this.#callId;
    if (callId === null) return "ring-not-heard";
    const { calls } = this.#callee.client;
    if (outcome === "answered") return await this.#talk(callId);
    if (outcome === "declined") calls.decline(callId);
    if (outcome === "cancelled") this.#caller.client.calls.cancel();
    if (outcome === "silenced") calls.silence(callId);
    const isOver = () => this.#callerEnd !== null && !this.#rings;
    if (!(await this.#both(isOver, missPatienceMs))) return `${outcome}-not-ended`;
    const expected = outcome === "missed" || outcome === "silenced" ? "no-answer" : outcome;
    return this.#callerEnd === expected ? null : `${outcome}-ended-${this.#callerEnd}`;
  }

  async #talk(callId: CallId): Promise<string | null> {
    const { connectPatienceMs, endPatienceMs } = simulationLimits;
    const { talkMs, callerHangsUp } = this.#wish;
    this.#callee.client.calls.accept(callId, { camera: false });
    const isDecided = () => this.#moments.connected !== undefined || this.#isOver;
    await this.#both(isDecided, connectPatienceMs);
    if (this.#moments.connected === undefined) {
      return `connect-${this.#callerEnd ?? "not-in-time"}`;
    }
    await this.#both(() => this.#isOver, talkMs);
    if (this.#isOver) return `talk-ended-${this.#callerEnd ?? "alone"}`;
    const fault = this.#soundFault();
    (callerHangsUp ? this.#caller : this.#callee).client.calls.hangUp();
    if (!(await this.#both(() => this.#isOver, endPatienceMs))) return "hang-up-not-heard";
    return fault;
  }

  /** Whether what was to be sound came, and over the relay alone. */
  #soundFault(): string | null {
    if (!this.#wish.hasMedia) return null;
    const figures = this.#sounding.map((peer) => peer.figures);
    if (figures.filter(({ firstAtMs }) => firstAtMs !== null).length < 2) return "media-not-heard";
    return figures.some(({ isRelayed }) => isRelayed === false) ? "media-not-relayed" : null;
  }

  get #rings(): boolean {
    const { incoming } = this.#callee.client.calls.snapshot.get();
    return incoming.some((ring) => ring.with.handle === this.#caller.handle);
  }

  /** As the caller's page says it; null while it goes on. */
  get #callerEnd(): string | null {
    const { current } = this.#caller.client.calls.snapshot.get();
    return current?.phase === "ended" ? (current.endReason ?? "ended") : null;
  }

  /** At both ends. */
  get #isOver(): boolean {
    const { current } = this.#callee.client.calls.snapshot.get();
    return (
      this.#callerEnd !== null && (current === null || current.phase === "ended") && !this.#rings
    );
  }

  /** Looks whenever anything of either end changes. */
  async #both(
    isTrue: () => boolean,
    patienceMs: number,
    stop: AbortSignal | null = this.#parts.stop,
  ): Promise<boolean> {
    const over = new AbortController();
    const signal = stop === null ? over.signal : AbortSignal.any([stop, over.signal]);
    const waits = [this.#caller, this.#callee].map(({ news }) =>
      news.until(isTrue, patienceMs, signal),
    );
    const came = await Promise.race(waits);
    over.abort();
    return came;
  }

  /** Whatever stands between the two is ended, at both ends. */
  async #leave(): Promise<void> {
    const ends = [this.#caller, this.#callee];
    for (const { client } of ends) {
      const { current } = client.calls.snapshot.get();
      if (current !== null && current.phase !== "ended") client.calls.hangUp();
    }
    const isQuiet = () => !this.#rings && ends.every(({ client }) => isFree(client));
    await this.#both(isQuiet, simulationLimits.endPatienceMs, null);
    for (const { client } of ends) client.calls.dismissEnded();
  }

  #countWaits(): void {
    const { tally } = this.#parts;
    const { invited, rung, accepted, connected } = this.#moments;
    const { inviteToRing, acceptToConnected, acceptToMedia } = tally.waitsMs;
    if (invited !== undefined && rung !== undefined) inviteToRing.add(rung - invited);
    if (accepted === undefined || connected === undefined) return;
    acceptToConnected.add(connected - accepted);
    if (!this.#wish.hasMedia) return;
    const figures = this.#sounding.map((peer) => peer.figures);
    tally.media.calls += 1;
    if (figures.length >= 2 && figures.every((end) => end.isRelayed === true)) {
      tally.media.relayed += 1;
    }
    const heard = figures.flatMap(({ firstAtMs }) => firstAtMs ?? []);
    if (heard.length >= 2) acceptToMedia.add(Math.max(...heard) - accepted);
    for (const { packetsSent, packetsReceived } of figures) {
      tally.media.packetsSent += packetsSent;
      tally.media.packetsReceived += packetsReceived;
    }
  }
}

function isFree({ calls }: Person["client"]): boolean {
  const { current } = calls.snapshot.get();
  return current === null || current.phase === "ended";
}
