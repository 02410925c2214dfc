import { randomUUID } from "node:crypto";
import {
  type CallId,
  type CallOutcome,
  type DownMessage,
  Handle,
  type UpMessage,
} from "@ringfence/protocol";
import { ice, signed } from "../../apps/server/src/calls/calls-test-world.ts";
import type { Ending, Plan } from "./plan.ts";
import type { SteadyDevice } from "./steady-device.ts";

const inviteAgainMs = 300;

/** Without one of these nothing ends a call of two who have the time. */
const endings: ReadonlySet<string> = new Set(["hang-up", "decline", "cancel", "page-left"]);

/** What the two threads say of a call that ended in its ring. */
const outcomesOf: Partial<Record<Ending, { caller: CallOutcome; callee: CallOutcome }>> = {
  decline: { caller: "declined", callee: "declined" },
  cancel: { caller: "cancelled", callee: "missed" },
};

/**
 * Alice calls Bob, through one more round of descriptions, up to the end that was planned. Both say
 * what the call waits for whenever something is heard, so that what was lost is said again.
 */
export class TwoPeople {
  /** Of the call of this run; null before the server has said so. */
  callId: CallId | null = null;
  readonly #alice: SteadyDevice;
  readonly #bob: SteadyDevice;
  readonly #plan: Plan;
  readonly #before: ReadonlySet<CallId>;
  readonly #onPoint: (point: string) => void;
  /** What each has said since its last welcome: one socket takes a word once. */
  readonly #said = new Map<SteadyDevice, Set<string>>();
  #hasReturned = false;
  #isPrepared = false;
  #hasSaidEnd = false;

  constructor(
    alice: SteadyDevice,
    bob: SteadyDevice,
    plan: Plan,
    onPoint: (point: string) => void,
  ) {
    this.#alice = alice;
    this.#bob = bob;
    this.#plan = plan;
    this.#onPoint = onPoint;
    this.#before = new Set([...alice.ends, ...bob.ends]);
    alice.onHeard = (message) => this.#heard(alice, message);
    bob.onHeard = (message) => this.#heard(bob, message);
    this.#act();
  }

  /** Whether both know that it is over. */
  get isOver(): boolean {
    const { callId } = this;
    return callId !== null && !this.#alice.calls.has(callId) && !this.#bob.calls.has(callId);
  }

  /** In words, what was wrong with its end; once it is over. */
  async fault(): Promise<string | null> {
    const { callId } = this;
    if (callId === null) return "there was no call";
    if (!this.#hasSaidEnd) return "the call was gone before anybody ended it";
    const wanted = outcomesOf[this.#plan.ending] ?? { caller: "answered", callee: "answered" };
    const caller = await this.#alice.outcomeOf(callId, this.#bob.name);
    const callee = await this.#bob.outcomeOf(callId, this.#alice.name);
    const isRight = caller === wanted.caller && callee === wanted.callee;
    return isRight ? null : `the threads say ${caller} and ${callee}`;
  }

  #heard(device: SteadyDevice, message: DownMessage): void {
    if (message.type === "welcome") this.#said.get(device)?.clear();
    // A relay that has not found the server again yet: ask once more in a moment.
    if (message.type === "refused" && message.requestId !== null) {
      setTimeout(() => {
        this.#said.get(device)?.delete("invite");
        this.#act();
      }, inviteAgainMs);
    }
    this.#follow(device, message);
    for (const { view } of this.#alice.calls.values()) {
      if (!this.#before.has(view.callId) && view.isThisDevice) this.callId = view.callId;
    }
    if (message.type === "ring" || message.type === "welcome") this.#acknowledgeRing(device);
    if (message.type === "prepare") this.#isPrepared = true;
    this.#onPoint(`heard ${message.type}`);
    this.#act();
  }

  /** A ring that is shown, also one that a welcome told of. */
  #acknowledgeRing(device: SteadyDevice): void {
    const { callId } = this;
    const call = callId === null ? undefined : device.calls.get(callId)?.view;
    if (callId === null || device !== this.#bob || call?.state !== "ringing") return;
    this.#say(device, { type: "ring-acknowledge", callId });
  }

  /** Keeps the place of a device as the messages have it; a welcome brings it whole. */
  #follow(device: SteadyDevice, message: DownMessage): void {
    const nothing = { answer: null, candidates: [], candidatesHeard: 0, restart: null, chain: [] };
    if (message.type === "accepted" && message.relay !== null) {
      const { relay, offer } = message;
      const place = { callId: message.call.callId, round: 0, isNewConnection: true };
      device.own = { ...place, relay, offer, ...nothing };
    } else if (message.type === "offer") {
      const { callId, round, isNewConnection, relay, signed: offer } = message;
      device.own = { callId, round, isNewConnection, relay, offer, ...nothing };
    } else if (message.type === "ringing") {
      const { relay, call } = message;
      const place = { callId: call.callId, round: 0, isNewConnection: true };
      device.own = { ...place, relay, offer: null, ...nothing };
    } else if (message.type === "answer" && device.own?.round === message.round) {
      device.own = { ...device.own, answer: message.signed };
    } else if (message.type === "restart" && device.own?.round === message.round) {
      device.own = { ...device.own, restart: message };
    } else if (message.type === "call-ended" && device.own?.callId === message.callId) {
      device.own = null;
    }
  }

  #act(): void {
    if (this.isOver) return;
    this.#actAsAlice();
    this.#actAsBob();
  }

  #actAsAlice(): void {
    const { callId } = this;
    const alice = this.#alice;
    if (callId === null) {
      // An invite whose answer was lost may ring all the same: the welcome says so.
      if (alice.welcomes > 0) this.#say(alice, this.#invite());
      return;
    }
    const call = alice.calls.get(callId)?.view;
    const { own } = alice;
    if (call === undefined || own?.callId !== callId) return;
    if (own.offer === null) this.#offer(0);
    if (call.state === "ringing") {
      if (this.#plan.ending === "cancel") this.#say(alice, { type: "cancel", callId });
      return;
    }
    if (own.answer !== null) this.#say(alice, { type: "media-connected", callId });
    if (own.restart !== null && own.answer !== null) this.#offer(own.round + 1);
    const isDone = own.round > 0 && own.answer !== null && call.state === "connected";
    if (isDone && this.#plan.ending === "hang-up") this.#say(alice, { type: "hang-up", callId });
  }

  #actAsBob(): void {
    const bob = this.#bob;
    const { callId } = this;
    const call = callId === null ? undefined : bob.calls.get(callId)?.view;
    if (callId === null || call === undefined) return;
    if (call.state === "ringing") {
      if (this.#plan.ending === "decline") this.#say(bob, { type: "decline", callId });
      if (["decline", "cancel"].includes(this.#plan.ending)) return;
      // Whoever answers before the offer is there is told nothing of it while it rings.
      if (this.#plan.point === "heard prepare" && !this.#isPrepared) return;
      this.#say(bob, { type: "accept", callId, ends: null, answer: null });
      return;
    }
    if (call.state === "reconnecting") {
      // A page that left for good says nothing more; one that returned has seen enough.
      if (this.#hasReturned) this.#say(bob, { type: "hang-up", callId });
      return;
    }
    const { own } = bob;
    if (own?.callId !== callId || own.offer === null) return;
    if (own.answer === null) {
      bob.own = { ...own, answer: signed };
      const { round } = own;
      this.#say(bob, { type: "answer", callId, round, signed });
    }
    this.#say(bob, { type: "media-connected", callId });
    if (call.state !== "connected") return;
    if (own.round === 0) {
      this.#say(bob, { type: "restart", callId, round: 0, isNewConnection: false });
    } else this.#endAsBob(callId);
  }

  #endAsBob(callId: CallId): void {
    const bob = this.#bob;
    switch (this.#plan.ending) {
      case "hang-up of the callee":
        this.#say(bob, { type: "hang-up", callId });
        return;
      case "page-left":
        this.#say(bob, { type: "page-left", callId });
        return;
      case "page-returned":
        this.#say(bob, { type: this.#hasReturned ? "hang-up" : "page-returned", callId });
        this.#hasReturned = true;
        return;
      case "hang-up":
      case "decline":
      case "cancel":
    }
  }

  #offer(round: number): void {
    const { callId } = this;
    const { own } = this.#alice;
    if (callId === null || own === null) return;
    const isNewConnection = round === 0;
    const nothing = { answer: null, candidates: [], candidatesHeard: 0, restart: null, chain: [] };
    this.#alice.own = { ...own, round, isNewConnection, offer: signed, ...nothing };
    this.#say(this.#alice, { type: "offer", callId, round, isNewConnection, signed, ice });
  }

  #invite(): UpMessage {
    const to = Handle.parse(this.#bob.name);
    return { type: "invite", requestId: randomUUID(), to, kind: "audio" };
  }

  #say(device: SteadyDevice, message: UpMessage): void {
    const said = this.#said.get(device) ?? new Set<string>();
    this.#said.set(device, said);
    const round = "round" in message && message.round > 0 ? ` ${message.round}` : "";
    const words = `${message.type}${round}`;
    if (said.has(words)) return;
    said.add(words);
    if (endings.has(message.type)) this.#hasSaidEnd = true;
    device.say(message);
    this.#onPoint(`said ${words}`);
  }
}
