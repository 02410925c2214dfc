import type { AccountId, CallId, CallView } from "@ringfence/protocol";
import type { CallDevice, Effect, PlaceInCall } from "../../index.ts";
import { anAccept, answerOf, offerOf, type Said } from "../call-run.ts";
import { signedAs } from "../signed.ts";
import type { Network } from "./network.ts";
import type { RandomSource } from "./random-source.ts";
import type { SimulatedServer } from "./simulated-server.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What reaches a device. */
export type Down =
  | { type: "welcome"; calls: readonly CallView[]; places: readonly PlaceInCall[] }
  | { type: "effect"; callId: CallId; effect: Effect; view: CallView | null };

/** What a person means to do with a call, and goes on saying until it is so. */
interface Intent {
  ring: "accept" | "decline" | "silence" | "nothing";
  /** When this device leaves the call; null if it waits for the other. */
  leaveAt: number | null;
  hasMicrophoneQuestion: boolean;
}

interface KnownCall {
  view: CallView;
  intent: Intent;
  round: number;
  hasOffer: boolean;
  hasAnswer: boolean;
  /** The other side asked for another round. */
  isAskedToRestart: boolean;
  /** Its page went away and is not back yet. */
  isPageGone: boolean;
  ringsUntil: number;
}

/** What one device heard and said, for the invariants to judge. */
export interface LogLine {
  at: number;
  callId: CallId;
  /** `heard ...`, `said ...`, `rings` or `quiet`. */
  what: string;
}

interface Parts {
  clock: VirtualClock;
  network: Network;
  random: RandomSource;
  server: SimulatedServer;
}

export const resyncMs = 5_000;

/** A browser: hears of calls, resyncs, and does what its person means to do. */
export class SimulatedDevice {
  readonly id: CallDevice;
  readonly log: LogLine[] = [];
  isGone = false;
  readonly #calls = new Map<CallId, KnownCall>();
  readonly #over = new Set<CallId>();
  readonly #parts: Parts;

  constructor(id: CallDevice, parts: Parts) {
    this.id = id;
    this.#parts = parts;
    parts.clock.after(parts.random.between(0, resyncMs), () => this.#tick());
  }

  /** Its battery is empty, or its person has signed it out. */
  vanish(): void {
    this.isGone = true;
    for (const callId of this.#calls.keys()) this.#quiet(callId);
  }

  ring(callee: AccountId): void {
    const { network, random, server } = this.#parts;
    // Now and then so slowly that the permit has expired when it comes to ring.
    const thinkMs = random.isTrue(0.1) ? random.between(4_000, 6_000) : 0;
    if (this.isGone) return;
    network.carry(() => server.invite(this.id, callee, "audio", thinkMs));
  }

  say(callId: CallId, said: Said | Said["type"]): void {
    if (this.isGone) return;
    const message = typeof said === "string" ? { type: said } : said;
    this.#note(callId, `said ${message.type}`);
    const { network, server } = this.#parts;
    network.carry(() =>
      server.receive({ ...message, callId } as Parameters<typeof server.receive>[0], this.id),
    );
  }

  hear(down: Down): void {
    if (this.isGone) return;
    if (down.type === "welcome") {
      this.#resync(down.calls);
      for (const place of down.places) this.#takePlace(place);
      return;
    }
    const { callId, effect, view } = down;
    this.#note(callId, `heard ${wordsFor(effect)}`);
    if (effect.type === "call-ended") this.#forget(callId);
    else if (view !== null) this.#know(view);
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#negotiated(call, effect);
    if (effect.type !== "silenced") this.#actSoon(callId);
  }

  #negotiated(call: KnownCall, effect: Effect): void {
    const isOffered = effect.type === "accepted" && effect.offer !== null;
    // Not every page can prepare itself.
    const isPrepared = effect.type === "prepare" && this.#parts.random.isTrue(0.5);
    if (isOffered || isPrepared) call.hasOffer = true;
    if (effect.type === "answer" && effect.round === call.round) call.hasAnswer = true;
    if (effect.type === "restart" && effect.round === call.round) call.isAskedToRestart = true;
    if (effect.type === "offer" && effect.round >= call.round) {
      Object.assign(call, { round: effect.round, hasOffer: true, hasAnswer: false });
    }
  }

  /** What was lost with a socket stands in the place. */
  #takePlace({ callId, round, offer, answer, restart }: PlaceInCall): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    call.round = round;
    call.hasOffer = offer !== null;
    call.hasAnswer = answer !== null;
    call.isAskedToRestart = restart !== null;
  }

  #resync(views: readonly CallView[]): void {
    const current = new Set(views.map((view) => view.callId));
    for (const callId of this.#calls.keys()) {
      if (!current.has(callId)) this.#quiet(callId);
    }
    for (const view of views) this.#know(view);
  }

  #know(view: CallView): void {
    const { callId } = view;
    if (this.#over.has(callId)) return;
    const known = this.#calls.get(callId);
    if (known === undefined) {
      const call = { view, intent: this.#makeIntent(), ringsUntil: 0, round: 0 };
      const nothing = { hasOffer: false, hasAnswer: false, isAskedToRestart: false };
      this.#calls.set(callId, { ...call, ...nothing, isPageGone: false });
      if (view.role === "callee" && view.state === "ringing") this.#startRing(view);
    } else {
      if (view.state !== "ringing") this.#stopRing(callId, known);
      known.view = view;
    }
  }

  #startRing({ callId, ringRemainingMs }: CallView): void {
    const call = this.#calls.get(callId);
    const { clock, random } = this.#parts;
    if (call === undefined || ringRemainingMs === 0) return;
    call.ringsUntil = clock.now + ringRemainingMs;
    this.#note(callId, "rings");
    clock.after(ringRemainingMs, () => this.#stopRing(callId, call));
    clock.after(random.between(500, 20_000), () => this.#act(callId));
    this.say(callId, "ring-acknowledge");
  }

  #stopRing(callId: CallId, call: KnownCall): void {
    if (call.ringsUntil === 0) return;
    call.ringsUntil = 0;
    this.#note(callId, "quiet");
  }

  /** No longer rings or shows the call, which a later welcome may bring back. */
  #quiet(callId: CallId): void {
    const call = this.#calls.get(callId);
    if (call !== undefined) this.#stopRing(callId, call);
    this.#calls.delete(callId);
  }

  #forget(callId: CallId): void {
    this.#quiet(callId);
    this.#over.add(callId);
  }

  #makeIntent(): Intent {
    const { clock, random } = this.#parts;
    return {
      ring: random.pick(["accept", "accept", "decline", "silence", "nothing", "nothing"]),
      leaveAt: random.isTrue(0.7) ? clock.now + random.between(2_000, 120_000) : null,
      hasMicrophoneQuestion: random.isTrue(0.2),
    };
  }

  #tick(): void {
    if (this.isGone) return;
    const { clock, network, server } = this.#parts;
    network.carrySurely(() => server.hello(this));
    for (const callId of this.#calls.keys()) this.#act(callId);
    clock.after(resyncMs, () => this.#tick());
  }

  #actSoon(callId: CallId): void {
    const { clock, random } = this.#parts;
    clock.after(random.between(50, 1_500), () => this.#act(callId));
  }

  #act(callId: CallId): void {
    const call = this.#calls.get(callId);
    if (call === undefined || this.isGone) return;
    if (call.view.role === "callee" && call.view.state === "ringing") {
      if (call.ringsUntil > 0) this.#answerRing(callId, call);
      return;
    }
    if (!call.view.isThisDevice) return;
    const { leaveAt } = call.intent;
    if (leaveAt !== null && leaveAt <= this.#parts.clock.now) {
      this.say(callId, call.view.state === "ringing" ? "cancel" : "hang-up");
      return;
    }
    if (call.isPageGone) this.#returnToPage(callId, call);
    else this.#negotiate(callId, call);
  }

  #answerRing(callId: CallId, { intent: { ring }, hasOffer }: KnownCall): void {
    if (ring === "nothing") return;
    if (ring !== "accept") this.say(callId, ring);
    else this.say(callId, { ...anAccept, answer: hasOffer ? signedAs("answer 0") : null });
  }

  #returnToPage(callId: CallId, call: KnownCall): void {
    call.isPageGone = false;
    this.say(callId, "page-returned");
  }

  #negotiate(callId: CallId, call: KnownCall): void {
    const { random } = this.#parts;
    const { role, state } = call.view;
    const { round } = call;
    const name = `candidate ${random.between(1, 3)} of ${role}`;
    const candidate = { candidate: name, sdpMid: "0", sdpMLineIndex: 0 };
    if (call.intent.hasMicrophoneQuestion) this.say(callId, "microphone-pending");
    call.intent.hasMicrophoneQuestion = false;
    if (role === "caller" && !call.hasOffer) {
      this.say(callId, offerOf(0, true, "offer 0"));
      call.hasOffer = true;
    }
    if (role === "callee" && call.hasOffer && !call.hasAnswer) {
      this.say(callId, answerOf(round, `answer ${round}`));
      call.hasAnswer = true;
    }
    if (state !== "connected") this.say(callId, { type: "candidate", round, candidate });
    if (!call.hasAnswer) return;
    if (state !== "connecting" && (call.isAskedToRestart || random.isTrue(0.05))) {
      this.#leaveRound(callId, call);
    } else if (state === "connected" && random.isTrue(0.2)) {
      call.isPageGone = random.isTrue(0.3);
      this.say(callId, call.isPageGone ? "page-left" : "media-lost");
    } else if (state === "connecting" || random.isTrue(0.1)) {
      this.say(callId, "media-connected");
    }
  }

  #leaveRound(callId: CallId, call: KnownCall): void {
    const isNewConnection = this.#parts.random.isTrue(0.3);
    if (call.view.role === "callee") {
      this.say(callId, { type: "restart", round: call.round, isNewConnection });
      return;
    }
    call.round += 1;
    call.hasAnswer = false;
    call.isAskedToRestart = false;
    this.say(callId, offerOf(call.round, isNewConnection, `offer ${call.round}`));
  }

  #note(callId: CallId, what: string): void {
    this.log.push({ at: this.#parts.clock.now, callId, what });
  }
}

function wordsFor(effect: Effect): string {
  if (effect.type === "call-ended") return `call-ended ${effect.reason}`;
  if (effect.type !== "accepted") return effect.type;
  return effect.offer === null ? "accepted" : "accepted with offer";
}
