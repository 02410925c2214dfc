import type { Call } from "@ringfence/call";
import { decide } from "@ringfence/policy";
import type { AccountId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";
import type { CallHooks } from "./call-hooks.ts";
import { activeCallsOf } from "./call-store.ts";
import { pairFacts } from "./pair-facts.ts";
import { type RunParts, runCall } from "./run-call.ts";

/** Lets a change of rules reach the calls that are going on, in the change's own transaction. */
export function keepCallHooks(parts: RunParts): CallHooks {
  return {
    async pairChanged(write, one, other) {
      for (const call of await activeCallsOf(write.db, one)) {
        if (isBetween(call, one, other)) await decideAgain(write, call, parts);
      }
    },
    async settingsChanged(write, account) {
      for (const call of await activeCallsOf(write.db, account)) {
        if (call.calleeAccountId === account) await decideAgain(write, call, parts);
      }
    },
    async standingChanged(write, account) {
      for (const call of await activeCallsOf(write.db, account)) {
        await decideAgain(write, call, parts);
      }
    },
    async suspended(write, account) {
      for (const call of await activeCallsOf(write.db, account)) {
        await endFor(write, call, account, parts);
      }
    },
    async endAllOf(write, account) {
      for (const call of await activeCallsOf(write.db, account)) {
        await endFor(write, call, account, parts);
        endRingOf(write, call, account, parts);
      }
    },
    async deviceGone(write, account, device) {
      for (const call of await activeCallsOf(write.db, account)) {
        const gone = { accountId: account, deviceId: device };
        await runCall(write, call.callId, { type: "device-gone", device: gone }, parts);
      }
    },
  };
}

/** Whether the ring would still be allowed now. A call that was taken is ended by a block alone. */
async function decideAgain(write: Write, call: Call, parts: RunParts): Promise<void> {
  const pair = { caller: call.caller.accountId, callee: call.calleeAccountId };
  const facts = await pairFacts(write.db, pair, write.now);
  if (facts.callerBlocked || facts.calleeBlocked) {
    const by = facts.callerBlocked ? pair.caller : pair.callee;
    await runCall(write, call.callId, { type: "blocked", by }, parts);
    return;
  }
  const decision = decide({ ...pair, kind: call.kind }, facts, write.now);
  if (decision.allow !== "ring") await runCall(write, call.callId, { type: "revoked" }, parts);
}

/** To the other side this is a hang-up, a cancel or a ring that nobody takes any more. */
async function endFor(
  write: Write,
  call: Call,
  account: AccountId,
  parts: RunParts,
): Promise<void> {
  await runCall(write, call.callId, { type: "blocked", by: account }, parts);
}

/**
 * A callee's account that goes takes the row along, and the timer that would end the ring. So the
 * caller and the relay are told now.
 */
function endRingOf(write: Write, call: Call, account: AccountId, { relay }: RunParts): void {
  if (call.state !== "ringing" || call.calleeAccountId !== account) return;
  const { id, left } = call.relay;
  write.afterCommit(() => void relay.end([id, ...left], call.callId));
  write.deliver({
    account: call.caller.accountId,
    message: { type: "call-ended", callId: call.callId, reason: "no-answer" },
  });
}

function isBetween(call: Call, one: AccountId, other: AccountId): boolean {
  const pair = [call.caller.accountId, call.calleeAccountId];
  return pair.includes(one) && pair.includes(other);
}
