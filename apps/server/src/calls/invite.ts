import { randomBytes } from "node:crypto";
import type { Call } from "@ringfence/call";
import { decide, isCallerOverLimit, refusedReasonOf } from "@ringfence/policy";
import { CallId, type Handle, idRandomBytes, makeId } from "@ringfence/protocol";
import { noteAttempt } from "../asking/attempts.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";
import { activeCallsOf } from "./call-store.ts";
import { takeCrossingRing } from "./glare.ts";
import { hasPlaceIn, ringAmong } from "./is-in-call.ts";
import { pairToRing } from "./pair-facts.ts";
import { type RunParts, beginCall } from "./run-call.ts";

export type Invite = Extract<CallMessage, { type: "invite" }>;

export type Invited =
  | { outcome: "ringing"; call: Call }
  /** The other one rings this account, and this device has taken that call. It was told so. */
  | { outcome: "glare" }
  | { outcome: "unavailable" }
  /** Media could go nowhere now, whoever it is that is called. */
  | { outcome: "no-relay" }
  | { outcome: "rate-limited" }
  | { outcome: "already-in-call" };

/** Decides an invite and, where the policy permits it, begins the call. */
export async function invite(
  write: Write,
  device: ConnectedDevice,
  message: Invite,
  parts: RunParts,
): Promise<Invited> {
  const { to, kind } = message;
  const calls = await activeCallsOf(write.db, device.account);
  if (hasPlaceIn(calls, device)) return { outcome: "already-in-call" };
  const [callee] = await selectByHandle(write.db, { handle: to });
  // A handle that nobody has costs the same look-ups: the caller's own facts stand in for theirs.
  const pair = { caller: device.account, callee: callee?.id ?? device.account };
  // Two rings at once would count as none while they last, and pass row 6 in any number.
  if (ringAmong(calls, pair) !== undefined) return { outcome: "already-in-call" };
  const { facts, route } = await pairToRing(write.db, pair, write.now);
  if (isCallerOverLimit(facts)) return { outcome: "rate-limited" };
  const decision = decide({ ...pair, kind }, facts, write.now);
  if (decision.allow !== "ring") {
    const reason = refusedReasonOf(decision);
    await noteAttempt(write, { caller: device.account, callee: callee?.id, reason });
    return { outcome: "unavailable" };
  }
  if (await takeCrossingRing(write, device, message, pair, parts)) return { outcome: "glare" };
  const callId = CallId.parse(makeId(write.now, randomBytes(idRandomBytes)));
  const relayId = parts.relay.choose(callId);
  if (relayId === null) return { outcome: "no-relay" };
  const relayUrls = [...parts.relay.urlsOf(relayId)];
  const begun = { callId, callerDeviceId: device.device, route, relayId, relayUrls };
  const call = await beginCall(write, decision.permit, begun, parts);
  return call === null ? { outcome: "unavailable" } : { outcome: "ringing", call };
}

const selectByHandle = prepared((db: Reader, { handle }: { handle: Handle }) =>
  db.selectFrom("account").select("id").where("handle", "=", handle),
);
