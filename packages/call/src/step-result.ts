import type { ErrorCode } from "@ringfence/protocol";
import type { Effect } from "./effect.ts";
import type { Call } from "./state.ts";

/** Why a device's message changed nothing, as its sender is told. */
export type RefusalCode = Extract<
  ErrorCode,
  "call-not-found" | "wrong-role" | "wrong-state" | "too-many-requests"
>;

/** Why an event changed nothing although nobody did wrong. For the log. */
export type IgnoreReason =
  /** The timer that was due belongs to an earlier state, or its time has not come. */
  | "not-due"
  /** A device shows the ring, which the state needs not know. */
  | "acknowledged"
  /** The wait is as long as it gets. */
  | "extended-before"
  /** The same again, as after a resync. */
  | "said-before"
  /** It is about another round than the current one. */
  | "other-round"
  /** A rule or a device that this state does not hang on. */
  | "not-concerned"
  | "ended-before";

/** What an event did. Only `moved` is to be saved; the other two leave the call as it was. */
export type Step =
  | { outcome: "moved"; call: Call; effects: readonly Effect[] }
  | { outcome: "ignored"; call: Call; effects: readonly []; why: IgnoreReason }
  | { outcome: "refused"; call: Call; effects: readonly []; code: RefusalCode };

export function move(call: Call, effects: readonly Effect[] = []): Step {
  return { outcome: "moved", call, effects };
}

export function ignore(call: Call, why: IgnoreReason): Step {
  return { outcome: "ignored", call, effects: [], why };
}

export function refuse(call: Call, code: RefusalCode): Step {
  return { outcome: "refused", call, effects: [], code };
}
