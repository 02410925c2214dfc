import type { PeerCall, PeerEvents } from "@ringfence/client/headless";
import { SimulatedCall } from "./call.ts";
import type { Dice } from "./dice.ts";
import { simulationLimits } from "./limits.ts";
import { mixes, type MixName, wishCall } from "./mix.ts";
import { News, pass } from "./news.ts";
import type { Listener, Person } from "./person.ts";
import type { SoundingPeer } from "./sounding-peer.ts";
import type { Tally } from "./tally.ts";
import type { WireMessage } from "./wire.ts";

interface TrafficParts {
  readonly dice: Dice;
  readonly tally: Tally;
  readonly mix: MixName;
  readonly callsPerSecond: number;
  readonly mediaShare: number;
  readonly openSound: (call: PeerCall, events: PeerEvents) => SoundingPeer;
}

/** Out of so many, the one who has not rung for longest is next. */
const drawn = 8;

/** Calls and messages that begin at a rate, as by people who know nothing of each other. */
export class Traffic implements Listener {
  readonly #parts: TrafficParts;
  readonly #calls = new Map<Person, SimulatedCall>();
  readonly #news = new News();
  /** By the text, which is like no other. */
  readonly #underWay = new Map<string, { to: Person; sentAtMs: number }>();
  readonly #rangAt = new Map<Person, number>();
  readonly #pairs = new Map<string, { rangAt: number; unanswered: number }>();
  callsNow = 0;
  callsAtOnceMax = 0;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  onSent(from: Person, message: WireMessage, atMs: number): void {
    this.#calls.get(from)?.hearWire(from, true, message, atMs);
  }

  onHeard(by: Person, message: WireMessage, atMs: number): void {
    this.#calls.get(by)?.hearWire(by, false, message, atMs);
    const { entry } = message;
    if (message.type !== "entry-added" || entry?.type !== "message" || entry.fromMe) return;
    const sent = this.#underWay.get(entry.text ?? "");
    if (sent === undefined || sent.to !== by) return;
    this.#underWay.delete(entry.text ?? "");
    this.#parts.tally.messagesDelivered += 1;
    this.#parts.tally.waitsMs.messageDelivery.add(atMs - sent.sentAtMs);
    this.#news.tell();
  }

  /** Until the signal, and then until what has begun is over. */
  async flow(people: readonly Person[], stop: AbortSignal): Promise<void> {
    const { callsPerSecond, mix } = this.#parts;
    await Promise.all([
      this.#begin(callsPerSecond, stop, () => void this.#call(people, stop)),
      this.#begin(callsPerSecond * mixes[mix].messagesPerCall, stop, () => this.#write(people)),
    ]);
    const isOver = () => this.callsNow === 0 && this.#underWay.size === 0;
    await this.#news.until(isOver, simulationLimits.windUpMs);
    this.#loseLate(Number.POSITIVE_INFINITY);
  }

  /** At chance moments, so many a second on average. */
  async #begin(perSecond: number, stop: AbortSignal, act: () => void): Promise<void> {
    if (perSecond === 0) return;
    let dueAtMs = performance.now();
    while (!stop.aborted) {
      dueAtMs += this.#parts.dice.around(1_000 / perSecond, 10_000 / perSecond);
      await pass(Math.max(0, dueAtMs - performance.now()), stop);
      if (!stop.aborted) act();
    }
  }

  async #call(people: readonly Person[], stop: AbortSignal): Promise<void> {
    const { tally, dice, mix, mediaShare, openSound } = this.#parts;
    const ends = this.#pickPair(people);
    if (ends === null) {
      tally.callsNotBegun += 1;
      return;
    }
    const [caller, callee] = ends;
    const pair = this.#pairOf(caller, callee);
    const mustAnswer = pair.unanswered >= simulationLimits.unansweredInRowMax;
    const wish = wishCall(dice, { mix: mixes[mix], mediaShare, mustAnswer });
    const now = performance.now();
    this.#rangAt.set(caller, now);
    pair.rangAt = now;
    const call = new SimulatedCall(ends, wish, { tally, openSound, stop });
    for (const end of ends) this.#calls.set(end, call);
    this.callsNow += 1;
    this.callsAtOnceMax = Math.max(this.callsAtOnceMax, this.callsNow);
    await call.run();
    pair.unanswered = call.wasAnswered ? 0 : pair.unanswered + 1;
    for (const end of ends) this.#calls.delete(end);
    this.callsNow -= 1;
    this.#news.tell();
  }

  #pickPair(people: readonly Person[]): readonly [Person, Person] | null {
    const free = people.filter((person) => !person.isBusy && calleesOf(person).length > 0);
    const candidates = Array.from({ length: drawn }, () => this.#parts.dice.pick(free));
    const caller = leastBy(candidates, (person) => this.#rangAt.get(person) ?? 0);
    if (caller === null) return null;
    const callee = leastBy(calleesOf(caller), (friend) => this.#pairOf(caller, friend).rangAt);
    return callee === null ? null : [caller, callee];
  }

  #pairOf(caller: Person, callee: Person): { rangAt: number; unanswered: number } {
    const key = `${caller.handle} ${callee.handle}`;
    const pair = this.#pairs.get(key) ?? { rangAt: 0, unanswered: 0 };
    this.#pairs.set(key, pair);
    return pair;
  }

  #write(people: readonly Person[]): void {
    const { dice, tally } = this.#parts;
    const from = dice.pick(people);
    const to = dice.pick([...(from?.friends ?? [])]);
    if (from === undefined || to === undefined) return;
    const sentAtMs = performance.now();
    tally.messagesSent += 1;
    const text = `This is message ${tally.messagesSent} of a simulation.`;
    this.#underWay.set(text, { to, sentAtMs });
    from.client.conversations.send(to.handle, text);
    this.#loseLate(sentAtMs - simulationLimits.messagePatienceMs);
  }

  /** In the order in which they were sent. */
  #loseLate(sentBeforeMs: number): void {
    for (const [text, { sentAtMs }] of this.#underWay) {
      if (sentAtMs >= sentBeforeMs) return;
      this.#underWay.delete(text);
      this.#parts.tally.fault("message-not-delivered");
    }
  }
}

function calleesOf(person: Person): Person[] {
  return [...person.friends].filter((friend) => !friend.isBusy);
}

function leastBy<T>(of: readonly (T | undefined)[], measure: (one: T) => number): T | null {
  let least: { one: T; measured: number } | null = null;
  for (const one of of) {
    if (one === undefined) continue;
    const measured = measure(one);
    if (least === null || measured < least.measured) least = { one, measured };
  }
  return least?.one ?? null;
}
