import type { AccountId, CallId, CallKind, Person } from "@ringfence/protocol";
import { decide, type Facts, isPermitLive, type Permit } from "@ringfence/policy";
import {
  begin,
  type Call,
  type CallEvent,
  dueAtOf,
  parseCall,
  placeIn,
  step,
  viewCall,
} from "../../index.ts";
import type { CallDevice, CallMessage, Effect, ServerEvent, Step } from "../../index.ts";
import { isToldTo, mutuals } from "../people.ts";
import type { Network } from "./network.ts";
import type { RandomSource } from "./random-source.ts";
import type { Down, SimulatedDevice } from "./simulated-device.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** One saved transition. */
export interface Transition {
  at: number;
  event: CallEvent | { type: "invite" };
  call: Call;
  effects: readonly Effect[];
}

/** What became of one call, for the invariants to judge. */
export interface CallHistory {
  permit: Permit;
  wasPermitLive: boolean;
  transitions: Transition[];
}

interface Parts {
  clock: VirtualClock;
  network: Network;
  random: RandomSource;
  /** How likely the server dies at each event: as likely before it saved as after. */
  crash: number;
  makeCallId: () => CallId;
}

const nobody: Person["displayName"] = "somebody";

/**
 * Load, step, save, run the effects, in that order, and now and then die in between. What is saved
 * is text; all else is lost in a crash, as are the effects that were not run yet.
 */
export class SimulatedServer {
  readonly devices: SimulatedDevice[] = [];
  readonly histories = new Map<CallId, CallHistory>();
  /** Broken promises that are seen at once. */
  readonly faults: string[] = [];
  crashes = 0;
  readonly #facts = new Map<string, Facts>();
  readonly #store = new Map<CallId, string>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  setFacts(caller: AccountId, callee: AccountId, change: Partial<Facts>): void {
    const facts = { ...this.#factsOf(caller, callee), ...change };
    this.#facts.set(pairOf(caller, callee), facts);
  }

  #factsOf(caller: AccountId, callee: AccountId): Facts {
    return this.#facts.get(pairOf(caller, callee)) ?? mutuals;
  }

  /** A device asks to ring an account. `thinkMs` passes between the decision and the ring. */
  invite(from: CallDevice, callee: AccountId, kind: CallKind, thinkMs: number): void {
    const { clock } = this.#parts;
    const facts = this.#factsOf(from.accountId, callee);
    const decision = decide({ caller: from.accountId, callee, kind }, facts, clock.now);
    if (decision.allow !== "ring") return;
    clock.after(thinkMs, () => this.#ring(decision.permit, from));
  }

  receive(message: CallMessage, from: CallDevice): void {
    if (this.#store.has(message.callId))
      this.#run(this.#load(message.callId), { ...message, from });
  }

  /**
   * Tells every call that this event of the server's own concerns. What caused it is part of the
   * same transaction, so that whoever asked was not answered in a crash and asks again.
   */
  tellAll(event: ServerEvent, concerns: (call: Call) => boolean): void {
    for (const [callId, text] of this.#store) {
      if (!concerns(parseCall(text))) continue;
      while (!this.#run(this.#load(callId), event));
    }
  }

  /** Answers a device's `hello` with every call that it may see. */
  hello(device: SimulatedDevice): void {
    const { clock, network } = this.#parts;
    const person = { handle: nobody, displayName: nobody } as Person;
    const kept = [...this.#store.values()].map((text) => parseCall(text));
    const calls = kept.flatMap((call) => viewCall(call, device.id, person, clock.now) ?? []);
    const places = kept.flatMap((call) => placeIn(call, device.id) ?? []);
    network.carrySurely(() => device.hear({ type: "welcome", calls, places }));
  }

  #ring(permit: Permit, from: CallDevice): void {
    const { clock, makeCallId } = this.#parts;
    const callId = makeCallId();
    const wasPermitLive = isPermitLive(permit, clock.now);
    const begun = begin(
      permit,
      { callId, callerDeviceId: from.deviceId, isQuiet: false, route: "relayed", relayId: "r1" },
      clock.now,
    );
    if (begun.outcome === "refused") {
      if (wasPermitLive) this.faults.push("a live permit rang nobody");
      return;
    }
    this.histories.set(callId, { permit, wasPermitLive, transitions: [] });
    if (!this.#commit(begun.call, { type: "invite" }, begun.effects)) {
      this.histories.delete(callId);
      return;
    }
    const device = this.devices.find((other) => other.id.deviceId === from.deviceId);
    if (device !== undefined) this.hello(device);
  }

  #load(callId: CallId): Call {
    return parseCall(this.#store.get(callId) ?? "");
  }

  /** False when a crash undid it. */
  #run(call: Call, event: CallEvent): boolean {
    const before = JSON.stringify(call);
    const result: Step = step(call, event, this.#parts.clock.now);
    if (JSON.stringify(call) !== before) this.faults.push(`${event.type} changed a call in place`);
    if (result.outcome === "moved") return this.#commit(result.call, event, result.effects);
    if (result.call !== call) this.faults.push(`${event.type} was not obeyed, yet moved`);
    return true;
  }

  #commit(call: Call, event: Transition["event"], effects: readonly Effect[]): boolean {
    const { random, crash } = this.#parts;
    const isCrash = random.isTrue(crash);
    const isLost = isCrash && random.isTrue(0.5);
    if (!isLost) this.#save(call, event, effects);
    if (isCrash) this.#restart();
    else this.#perform(call, effects);
    return !isLost;
  }

  #save(call: Call, event: Transition["event"], effects: readonly Effect[]): void {
    this.#store.set(call.callId, JSON.stringify(call));
    const transition = { at: this.#parts.clock.now, event, call, effects };
    this.histories.get(call.callId)?.transitions.push(transition);
    this.#setTimer(call);
  }

  #setTimer(call: Call): void {
    const { clock } = this.#parts;
    const dueAt = dueAtOf(call);
    const incarnation = this.crashes;
    if (dueAt === null) return;
    clock.after(dueAt - clock.now, () => {
      // The timers of a server die with it; the one that is born reads them from the store.
      if (incarnation === this.crashes) this.#run(this.#load(call.callId), { type: "due" });
    });
  }

  #restart(): void {
    this.crashes += 1;
    for (const text of this.#store.values()) this.#setTimer(parseCall(text));
  }

  #perform(call: Call, effects: readonly Effect[]): void {
    for (const effect of effects) {
      for (const device of this.devices) {
        if (isMessageFor(effect, device.id)) this.#send(call, effect, device);
      }
    }
  }

  #send(call: Call, effect: Effect, device: SimulatedDevice): void {
    const { clock, network } = this.#parts;
    const person = { handle: nobody, displayName: nobody } as Person;
    const view = viewCall(call, device.id, person, clock.now);
    const down: Down = { type: "effect", callId: call.callId, effect, view };
    network.carry(() => device.hear(down));
  }
}

function pairOf(caller: AccountId, callee: AccountId): string {
  return `${caller} ${callee}`;
}

function isMessageFor(effect: Effect, device: CallDevice): boolean {
  if (effect.type === "ring") return effect.permit.callee === device.accountId;
  return "to" in effect && isToldTo(effect.to, device);
}
