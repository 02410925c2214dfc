import type { Call, Effect } from "@ringfence/call";
import { recordCall } from "../conversations/record-call.ts";
import { readRetention } from "../records/call-record-days.ts";
import type { Write } from "../store/store.ts";
import { chainsFor } from "./chains.ts";
import type { EffectParts } from "./effect-parts.ts";
import { participantsFor } from "./participants.ts";
import { tellDevices } from "./tell-devices.ts";
import { tellRingPush } from "./tell-ring-push.ts";

/**
 * Turns the effects of one transition into rows and deliveries of the transition's own
 * transaction, and into orders to the relay that are given once it is durable.
 */
export async function performEffects(
  write: Write,
  call: Call,
  effects: readonly Effect[],
  parts: EffectParts,
): Promise<void> {
  const people = await participantsFor(write.db, call, effects);
  const chains = await chainsFor(write.db, call, effects);
  const { id: relayId, left } = call.relay;
  for (const effect of effects) {
    tellRingPush(write, call, effect, people, parts.ringPush);
    switch (effect.type) {
      case "relay-open":
        write.afterCommit(() => {
          void parts.relay.callLive(relayId, call.callId);
          if (effect.route === "direct") void parts.relay.direct(relayId, call.callId);
        });
        break;
      case "relay-join":
        write.afterCommit(() => {
          const { callerDeviceId, calleeDeviceId } = effect;
          void parts.relay.join(relayId, call.callId, callerDeviceId, calleeDeviceId);
        });
        break;
      case "relay-end":
        write.afterCommit(() => void parts.relay.end([relayId, ...left], call.callId));
        break;
      case "relay-leave":
        write.afterCommit(() => void parts.relay.end([effect.relayId], call.callId));
        break;
      case "record":
        await recordOutcome(write, call, effect, parts.callRecordDays);
        break;
      case "ring":
      case "silenced":
      case "prepare":
      case "accepted":
      case "offer":
      case "answer":
      case "restart":
      case "candidate":
      case "call-changed":
      case "call-ended":
        tellDevices(write, call, effect, { people, chains });
        break;
    }
  }
}

async function recordOutcome(
  write: Write,
  call: Call,
  { accountId, outcome, durationMs }: Extract<Effect, { type: "record" }>,
  serverDays: number,
): Promise<void> {
  const { callRecordDays } = await readRetention(write.db, accountId, serverDays);
  if (callRecordDays === 0) return;
  const isCaller = call.caller.accountId === accountId;
  await recordCall(write, {
    accountId,
    otherAccountId: isCaller ? call.calleeAccountId : call.caller.accountId,
    callId: call.callId,
    isCaller,
    kind: call.kind,
    outcome,
    startedAt: call.rangAt,
    durationMs,
    route: call.route,
  });
}
