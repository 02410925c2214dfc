import type { Call, Effect } from "@ringfence/call";
import type { Write } from "../store/store.ts";
import type { RingPush } from "./effect-parts.ts";
import type { Participants } from "./participants.ts";

/** Passes on what an effect means for the devices of the callee whose page is closed. */
export function tellRingPush(
  write: Write,
  call: Call,
  effect: Effect,
  people: Participants,
  push: RingPush,
): void {
  const { callId, calleeAccountId } = call;
  if (effect.type === "ring") {
    const caller = people.get(call.caller.accountId);
    if (call.state !== "ringing" || caller === undefined) return;
    write.afterCommit(() => push.begin(call, caller));
  } else if (effect.type === "silenced") {
    write.afterCommit(() => push.silence(callId));
  } else if (effect.type === "accepted" || effect.type === "call-ended") {
    const { to } = effect;
    if (to.accountId !== calleeAccountId) return;
    if (to.devices === "only") {
      // It was answered there.
      write.afterCommit(() => push.acknowledge(callId, to.deviceId));
    } else if (effect.type === "call-ended") {
      write.afterCommit(() => push.end(callId, effect.reason));
    }
  }
}
