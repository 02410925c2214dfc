import type { Call, Effect } from "@ringfence/call";
import type { CallId, DownMessage } from "@ringfence/protocol";
import type { PushOutcome } from "../push/push-sender.ts";
import { Histogram } from "./histogram.ts";
import { RingTimes } from "./ring-times.ts";

/** What a transition of a call was, once it is durable. */
export interface Moved {
  /** Null: it was begun. */
  readonly before: Call | null;
  readonly call: Call;
  readonly effects: readonly Effect[];
}

const seconds = {
  write: [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  ring: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  connect: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20],
};

/**
 * What this node counts as it goes: numbers alone, none of which says who. It costs an addition where
 * something happened, and is read when somebody asks.
 */
export class Figures {
  ringsBegun = 0;
  invitesRefused = 0;
  messagesSent = 0;
  /** How each ring ended for its caller. */
  readonly ringsOver = { answered: 0, declined: 0, cancelled: 0, missed: 0 };
  /** Of calls that were answered. */
  readonly callsEnded = { "hung-up": 0, failed: 0, lost: 0 };
  readonly pushes: Record<PushOutcome, number> = { sent: 0, gone: 0, "in-doubt": 0, dropped: 0 };
  /** From asking for a transaction until it is durable and told. */
  readonly writeSeconds = new Histogram(seconds.write);
  readonly inviteToRingSeconds = new Histogram(seconds.ring);
  readonly acceptToConnectedSeconds = new Histogram(seconds.connect);
  readonly #ringTimes = new RingTimes((ms) => this.inviteToRingSeconds.observe(ms / 1_000));

  moved({ before, call, effects }: Moved): void {
    if (before === null) this.ringsBegun++;
    else if (before.state === "ringing" && call.state !== "ringing") {
      this.#ringTimes.forget(call.callId);
      this.ringsOver[call.state === "ended" ? howRingEnded(effects) : "answered"]++;
    } else if (call.state === "ended") this.callsEnded[howCallEnded(effects)]++;
    if (before?.state === "connecting" && call.state === "connected") {
      this.acceptToConnectedSeconds.observe((call.connectedAt - before.acceptedAt) / 1_000);
    }
  }

  /** @param receivedAt when the invite came, on the clock of `performance.now()` */
  inviteAnswered(answer: DownMessage | null, receivedAt: number): void {
    // Without an answer it crossed a ring of the other one, and took that.
    if (answer === null) return;
    if (answer.type === "ringing") {
      this.#ringTimes.note(answer.call.callId, { invitedAt: receivedAt });
    } else this.invitesRefused++;
  }

  /** A page of the callee was told. */
  ringWritten(callId: CallId): void {
    this.#ringTimes.note(callId, { writtenAt: performance.now() });
  }
}

function howRingEnded(effects: readonly Effect[]): "declined" | "cancelled" | "missed" {
  const reasons = reasonsIn(effects);
  if (reasons.has("declined")) return "declined";
  return reasons.has("no-answer") ? "missed" : "cancelled";
}

/** A block is a hang-up here too. */
function howCallEnded(effects: readonly Effect[]): "hung-up" | "failed" | "lost" {
  const reasons = reasonsIn(effects);
  if (reasons.has("failed")) return "failed";
  return reasons.has("lost") ? "lost" : "hung-up";
}

function reasonsIn(effects: readonly Effect[]): Set<string> {
  return new Set(effects.flatMap((effect) => (effect.type === "call-ended" ? effect.reason : [])));
}
