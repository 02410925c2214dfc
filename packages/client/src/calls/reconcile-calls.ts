import type { CallId, CallView } from "@ringfence/protocol";
import type { CallEnd, CallPhase } from "./calls-snapshot.ts";

/** A call of this tab that is not over, as far as the tab knows. */
export interface OwnStanding {
  role: "caller" | "callee";
  callId: CallId | null;
  phase: CallPhase;
  /** Callee: the accept was said, whether or not the server heard it. */
  hasSaidAccept: boolean;
  /** It has its credential, and with it a peer connection and devices. */
  hasMedia: boolean;
}

/** What becomes of this tab's call. */
export type Resumption =
  /** The server has nothing to say of it yet. */
  | { type: "wait" }
  | { type: "end"; reason: CallEnd }
  | { type: "accept-again" }
  | { type: "go-on"; view: CallView };

export interface Reconciliation {
  /** What rings here, and nothing else. */
  rings: CallView[];
  own: Resumption;
  /** A call of this device that this tab does not hold: another tab does, or no page any more. */
  other: CallView | null;
}

/**
 * What follows from a `welcome`. A connection that was lost took messages of both directions with
 * it: the calls in the welcome are the truth, and what this device has said may have to be said
 * again.
 *
 * @param own null where this tab has no call, or one that is over for its person
 * @param calls every call of this account that is not over
 */
export function reconcileCalls(
  own: OwnStanding | null,
  calls: readonly CallView[],
): Reconciliation {
  const others = calls.filter((view) => own === null || view.callId !== own.callId);
  const other = others.find((view) => view.isThisDevice && !isRing(view)) ?? null;
  return {
    rings: others.filter((view) => isRing(view)),
    own: own === null ? { type: "wait" } : resume(own, calls),
    other,
  };
}

function resume(own: OwnStanding, calls: readonly CallView[]): Resumption {
  if (own.phase === "about-to-ring") return { type: "wait" };
  // Without the answer to the invite there is no credential, and nothing can come of the call. If
  // it rings all the same, it is the other call of this device.
  if (own.callId === null) return { type: "end", reason: "unreachable" };
  const view = calls.find(({ callId }) => callId === own.callId);
  if (view === undefined) return { type: "end", reason: "lost" };
  return own.role === "callee" && !own.hasMedia ? resumeAccept(own, view) : { type: "go-on", view };
}

/** The accept, or the answer to it, was lost. */
function resumeAccept({ hasSaidAccept }: OwnStanding, view: CallView): Resumption {
  if (view.state === "ringing") return { type: hasSaidAccept ? "accept-again" : "wait" };
  if (!view.isThisDevice) return { type: "end", reason: "answered-elsewhere" };
  return { type: "go-on", view };
}

function isRing({ role, state }: CallView): boolean {
  return role === "callee" && state === "ringing";
}
