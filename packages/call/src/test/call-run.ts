import { begin, type Call, dueAtOf, parseCall, type ServerEvent, step } from "../index.ts";
import type { CallDevice, CallEvent, CallMessage, Effect, RingingCall, Step } from "../index.ts";
import { signedAs } from "./signed.ts";
import { alicePhone, bobPhone, callId, isToldTo, permitFor, startedAt } from "./people.ts";

/** A message without the call that it is about. */
export type Said = CallMessage extends infer Message
  ? Message extends CallMessage
    ? Omit<Message, "callId">
    : never
  : never;

export const callersIce = { ufrag: "abcd", pwd: "0123456789012345678901" };

/** Of a device that has not seen the offer. */
export const anAccept = { type: "accept", ends: null, answer: null } as const satisfies Said;
export const anOffer = offerOf(0, true, "the caller's offer");
export const anAnswer = answerOf(0, "the callee's answer");

export function offerOf(round: number, isNewConnection: boolean, description: string): Said {
  return { type: "offer", round, isNewConnection, signed: signedAs(description), ice: callersIce };
}

export function answerOf(round: number, description: string): Said {
  return { type: "answer", round, signed: signedAs(description) };
}

export function aCandidate(number = 1, round = 0): Said {
  return {
    type: "candidate",
    round,
    candidate: { candidate: `candidate:${number}`, sdpMid: "0", sdpMLineIndex: 0 },
  };
}

/** One call of alice's phone to bob, its clock, and everything that anybody was told of it. */
export class CallRun {
  call: Call;
  now = startedAt;
  readonly effects: Effect[] = [];

  constructor() {
    const begun = beginCall();
    this.call = begun.call;
    this.effects.push(...begun.effects);
  }

  say(from: CallDevice, said: Said | Said["type"]): Step {
    const message = typeof said === "string" ? { ...anAccept, type: said } : said;
    return this.#step({ ...message, callId, from } as CallEvent);
  }

  tell(event: ServerEvent): Step {
    return this.#step(event);
  }

  /** Lets time pass; the timer of the call comes on time. */
  wait(ms: number): void {
    const until = this.now + ms;
    for (let dueAt = dueAtOf(this.call); dueAt !== null && dueAt <= until;) {
      this.now = dueAt;
      this.tell({ type: "due" });
      dueAt = dueAtOf(this.call);
    }
    this.now = until;
  }

  /** What a device was told since the invite, each in a few words. */
  toldTo(device: CallDevice): string[] {
    return this.effects.flatMap((effect) => wordsFor(effect, device) ?? []);
  }

  /** What the two remember of the call: "caller / callee", each with its length in ms. */
  get records(): string {
    const recordOf = (accountId: string) => {
      for (const effect of this.effects) {
        if (effect.type !== "record" || effect.accountId !== accountId) continue;
        return `${effect.outcome} ${effect.durationMs}`;
      }
      return "nothing";
    };
    return `${recordOf(this.call.caller.accountId)} / ${recordOf(this.call.calleeAccountId)}`;
  }

  get relayOrders(): string[] {
    return this.effects.map((effect) => effect.type).filter((type) => type.startsWith("relay"));
  }

  #step(event: CallEvent): Step {
    // As the server does it: from text, to text.
    const result = step(parseCall(JSON.stringify(this.call)), event, this.now);
    this.call = result.call;
    this.effects.push(...result.effects);
    return result;
  }
}

function beginCall(): { call: RingingCall; effects: readonly Effect[] } {
  const permit = permitFor(alicePhone.accountId, bobPhone.accountId, startedAt);
  const begun = begin(
    permit,
    {
      callId,
      callerDeviceId: alicePhone.deviceId,
      isQuiet: false,
      route: "relayed",
      relayId: "r1",
    },
    startedAt,
  );
  if (begun.outcome === "refused") throw new Error("a live permit rings");
  return begun;
}

/** A call in which everything was said in time, up to a state. */
export function runTo(state: Exclude<Call["state"], "ended">): CallRun {
  const run = new CallRun();
  if (state === "ringing") return run;
  run.say(alicePhone, anOffer);
  run.say(bobPhone, "accept");
  if (state === "connecting") return run;
  run.say(bobPhone, anAnswer);
  run.say(bobPhone, "media-connected");
  run.say(alicePhone, "media-connected");
  if (state === "connected") return run;
  run.say(alicePhone, "media-lost");
  return run;
}

/** "moved", "ignored" or the code of the refusal. */
export function outcomeOf(result: Step): string {
  return result.outcome === "refused" ? result.code : result.outcome;
}

function wordsFor(effect: Effect, device: CallDevice): string | null {
  switch (effect.type) {
    case "ring":
      return effect.permit.callee === device.accountId ? "ring" : null;
    case "accepted": {
      if (!isToldTo(effect.to, device)) return null;
      if (!effect.isWinner) return "accepted";
      return `won, with ${effect.offer?.description ?? "no offer yet"}`;
    }
    case "offer":
    case "answer":
      return isToldTo(effect.to, device) ? effect.signed.description : null;
    case "candidate":
      return isToldTo(effect.to, device) ? effect.candidate.candidate : null;
    case "call-ended":
      return isToldTo(effect.to, device) ? effect.reason : null;
    case "restart":
      if (!isToldTo(effect.to, device)) return null;
      return `leave round ${effect.round}${effect.isNewConnection ? ", by a new connection" : ""}`;
    case "silenced":
    case "prepare":
    case "call-changed":
      return isToldTo(effect.to, device) ? effect.type : null;
    case "relay-open":
    case "relay-join":
    case "relay-end":
    case "relay-leave":
    case "record":
      return null;
  }
}
