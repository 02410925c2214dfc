import { randomUUID } from "node:crypto";
import { type CallId, Handle } from "@ringfence/protocol";
import { limits } from "../../packages/protocol/src/limits.ts";
import type { SteadyDevice } from "./steady-device.ts";

/** A relay that has not found the server again yet refuses an invite. */
const inviteAgainMs = 1_000;
/** How much later than at its time a ring may end: the server may be away just then. */
const lateMsMax = 20_000;
/** How far the end of a ring may seem to move: as long as a word is on its way on a busy machine. */
const driftMsMax = 10_000;

/** One account rings another that never picks up, again and again, whatever happens to the server. */
export class PatientRing {
  readonly faults: string[] = [];
  endedCount = 0;
  /** By how many milliseconds a ring outlived its time at the callee, at most. */
  worstMs = 0;
  readonly #caller: SteadyDevice;
  readonly #callee: SteadyDevice;
  #callId: CallId | null = null;
  #dueAt = 0;
  #invitedAt = Number.NEGATIVE_INFINITY;

  constructor(caller: SteadyDevice, callee: SteadyDevice) {
    this.#caller = caller;
    this.#callee = callee;
    caller.onHeard = () => this.#ring();
    callee.onHeard = () => this.#look();
  }

  #ring(): void {
    const now = performance.now();
    if (this.#caller.calls.size > 0 || now - this.#invitedAt < inviteAgainMs) return;
    this.#invitedAt = now;
    // One that is refused, or lost with its socket, is followed by nothing that would wake us.
    setTimeout(() => this.#ring(), inviteAgainMs + 1).unref();
    const invite = { type: "invite", requestId: randomUUID(), kind: "audio" } as const;
    this.#caller.say({ ...invite, to: Handle.parse(this.#callee.name) });
  }

  #look(): void {
    const [known] = this.#callee.calls.values();
    const now = performance.now();
    if (known === undefined) {
      if (this.#callId !== null) this.#ended(now);
      return;
    }
    const { callId, ringRemainingMs } = known.view;
    const [first = 0, ...later] = known.ringEnds;
    if (callId !== this.#callId) {
      if (this.#callId !== null) this.#ended(now);
      this.#callId = callId;
      this.#dueAt = first;
    }
    if (ringRemainingMs > limits.ringTimeoutMs) this.faults.push("a ring became longer");
    if (later.some((end) => Math.abs(end - first) > driftMsMax)) {
      this.faults.push("the end of a ring moved");
    }
  }

  #ended(now: number): void {
    this.#callId = null;
    this.endedCount += 1;
    const lateMs = Math.round(now - this.#dueAt);
    this.worstMs = Math.max(this.worstMs, lateMs);
    if (lateMs > lateMsMax) this.faults.push(`a ring ended ${lateMs} ms late`);
    if (lateMs < -driftMsMax) this.faults.push(`a ring ended ${-lateMs} ms too early`);
  }
}
