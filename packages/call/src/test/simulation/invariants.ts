import { type AccountId, type CallId, limits } from "@ringfence/protocol";
import type { Call, Effect } from "../../index.ts";
import type { Round } from "../../round.ts";
import { resyncMs, type SimulatedDevice } from "./simulated-device.ts";
import type { CallHistory, Transition } from "./simulated-server.ts";
import type { Simulation } from "./simulation.ts";

/** Which memories of a call fit together: the caller's, then the callee's. */
const legalRecords: ReadonlySet<string> = new Set([
  "answered / answered",
  "declined / declined",
  "failed / failed",
  "no-answer / missed",
  "cancelled / missed",
  // The callee blocked the caller while it rang.
  "no-answer / nothing",
  "cancelled / nothing",
]);

/** The shortest and the longest wait of each state, in milliseconds. */
const waits: Record<Call["state"], readonly [min: number, max: number]> = {
  ringing: [limits.ringTimeoutMs, limits.ringTimeoutMs],
  connecting: [limits.connectTimeoutMs, limits.trustQuestionTimeoutMs],
  reconnecting: [limits.pageReturnMs, limits.lostTimeoutMs],
  connected: [Infinity, Infinity],
  ended: [Infinity, Infinity],
};

/** No call needs more; a flood of candidates is bounded by itself, and so are rounds. */
const transitionsMax = 800;

/** Every promise that a simulation broke, in words; none is what each seed must give. */
export function faultsOf(simulation: Simulation): string[] {
  const { server, weather } = simulation;
  const faults = [...server.faults];
  for (const [callId, history] of server.histories) {
    const judge: Judge = {
      callId,
      history,
      devices: server.devices,
      isFair: weather.loss === 0 && simulation.crash === 0,
      delayMaxMs: weather.delayMaxMs,
      complain: (fault) => faults.push(`${callId}: ${fault}`),
    };
    judgePermit(judge);
    judgeWinner(judge);
    judgeDescriptions(judge);
    judgeRounds(judge);
    judgeRings(judge);
    judgeRecords(judge);
    judgeRelay(judge);
    judgeWaits(judge);
    judgeRevoked(judge);
    judgeSpeakers(judge);
  }
  return faults;
}

interface Judge {
  callId: CallId;
  history: CallHistory;
  devices: readonly SimulatedDevice[];
  isFair: boolean;
  delayMaxMs: number;
  complain: (fault: string) => void;
}

function judgePermit({ history, complain }: Judge): void {
  const rings = effectsOf(history, "ring");
  if (rings.length !== 1) complain(`rang ${rings.length} times`);
  if (!history.wasPermitLive) complain("rang with an expired permit");
  for (const { permit } of rings) {
    if (permit !== history.permit) complain("rang with another permit");
  }
}

function judgeWinner({ history, complain }: Judge): void {
  const winners = new Set(history.transitions.map(({ call }) => winnerOf(call)));
  winners.delete(null);
  const told = effectsOf(history, "accepted").filter((effect) => effect.isWinner);
  if (winners.size > 1) complain(`had ${winners.size} winners`);
  if (told.length !== winners.size) complain(`told ${told.length} devices that they won`);
}

/** Descriptions and candidates reach the two devices in the call, the callee's after its accept. */
function judgeDescriptions({ callId, history, devices, complain }: Judge): void {
  const last = history.transitions.findLast(({ call }) => winnerOf(call) !== null);
  const winner = last === undefined ? null : winnerOf(last.call);
  const { caller, callee } = history.permit;
  for (const device of devices) {
    const lines = device.log.filter((line) => line.callId === callId);
    const { accountId, deviceId } = device.id;
    const heard = lines.find((line) =>
      /^heard (accepted with )?(offer|answer|candidate)$/.test(line.what),
    );
    const isParty = accountId === caller || accountId === callee;
    if (!isParty && lines.some(isHeard)) complain(`${deviceId} is a stranger and heard of it`);
    if (heard === undefined || accountId !== callee) continue;
    if (deviceId !== winner) complain(`${deviceId} lost and ${heard.what}`);
    const said = lines.find((line) => line.what === "said accept");
    if (said === undefined || said.at > heard.at) complain(`${deviceId} heard before its accept`);
  }
}

/** Rounds count up by one, and what was said in one stays as it is. */
function judgeRounds({ history, complain }: Judge): void {
  let before: Round | null = null;
  for (const { call } of history.transitions) {
    const round: Round | null = "round" in call ? call.round : null;
    if (before !== null && round !== null) {
      const isSame = round.number === before.number;
      if (!isSame && round.number !== before.number + 1) complain("left out a round");
      if (isSame && before.offer !== null && round.offer?.description !== before.offer.description)
        complain("changed offers");
      if (
        isSame &&
        before.answer !== null &&
        round.answer?.description !== before.answer.description
      ) {
        complain("changed answers");
      }
      if (!isSame && round.answer !== null) complain("was answered before it was offered");
    }
    if (round?.answer != null && round.offer === null) complain("answered nothing");
    before = round;
  }
}

/** Nobody rings longer than a delay beyond the ring, or, where messages are lost, a resync. */
function judgeRings({ callId, history, devices, isFair, delayMaxMs, complain }: Judge): void {
  const { transitions } = history;
  const rangAt = transitions[0]?.at ?? 0;
  const quietAt = transitions.find(({ call }) => call.state !== "ringing" || call.isRevoked)?.at;
  if (quietAt === undefined) return complain("rings for ever");
  const slack = isFair ? delayMaxMs : 3 * delayMaxMs + resyncMs;
  const latest = Math.min(quietAt + slack, rangAt + limits.ringTimeoutMs + delayMaxMs);
  for (const device of devices) {
    const lines = device.log.filter((line) => line.callId === callId && isRingLine(line.what));
    for (const [index, line] of lines.entries()) {
      const end = lines[index + 1]?.at ?? line.at;
      if (line.what === "rings" && end > latest) complain(`rang ${end - quietAt} ms too long`);
    }
  }
}

function judgeRecords({ history, complain }: Judge): void {
  const { caller, callee } = history.permit;
  const records = effectsOf(history, "record");
  const of = (accountId: AccountId) => records.filter((record) => record.accountId === accountId);
  const [callers, callees] = [of(caller), of(callee)];
  if (callers.length > 1 || callees.length > 1) complain("was recorded twice");
  const pair = `${callers[0]?.outcome ?? "nothing"} / ${callees[0]?.outcome ?? "nothing"}`;
  if (!legalRecords.has(pair)) complain(`is remembered as ${pair}`);
  const lengths = new Set(records.map((record) => record.durationMs));
  if (lengths.size > 1) complain("has two lengths");
  const wasAccepted = history.transitions.some(({ call }) => winnerOf(call) !== null);
  if (wasAccepted !== /answered|failed/.test(pair)) complain(`is wrongly remembered as ${pair}`);
  const blocked = history.transitions.some(({ event }) => event.type === "blocked");
  if (pair.endsWith("nothing") && !blocked) complain("left no record although nobody blocked");
}

function judgeRelay({ history, complain }: Judge): void {
  const orders = history.transitions
    .flatMap(({ effects }) => effects.map((effect) => effect.type))
    .filter((type) => type.startsWith("relay"))
    .join(" ");
  const isInOrder =
    /^relay-open (relay-leave relay-open )*(relay-join (relay-leave relay-open relay-join )*)?relay-end$/;
  if (!isInOrder.test(orders)) complain(`ordered ${orders}`);
  const wasAccepted = history.transitions.some(({ call }) => winnerOf(call) !== null);
  if (wasAccepted !== orders.includes("join")) complain("was joined without an accept");
}

function judgeWaits({ history, complain }: Judge): void {
  const { transitions } = history;
  if (transitions.length > transitionsMax) complain(`made ${transitions.length} transitions`);
  const ends = transitions.filter(({ call }) => call.state === "ended");
  if (ends.length !== 1 || transitions.at(-1) !== ends[0]) complain(`ended ${ends.length} times`);
  let since: Transition | undefined;
  for (const transition of transitions) {
    if (since === undefined) since = transition;
    const { state } = since.call;
    const waitedMs = transition.at - since.at;
    const [min, max] = waits[state];
    if (waitedMs > max) complain(`was ${state} for too long`);
    if (transition.event.type === "due" && waitedMs < min) complain(`was ${state} too shortly`);
    if (transition.call.state !== state) since = transition;
  }
}

/** From a revocation to the end of the ring nothing is sent to the caller, and then the ordinary. */
function judgeRevoked({ history, complain }: Judge): void {
  const { transitions, permit } = history;
  const revoked = transitions.filter(({ call }) => call.state === "ringing" && call.isRevoked);
  if (revoked.length === 0) return;
  for (const effect of [...revoked, ...transitions.slice(-1)].flatMap(({ effects }) => effects)) {
    if (!("to" in effect) || effect.to.accountId !== permit.caller) continue;
    const isOrdinary =
      effect.type === "call-ended" && ["no-answer", "cancelled"].includes(effect.reason);
    if (!isOrdinary || revoked.some(({ effects }) => effects.includes(effect))) {
      complain(`${effect.type} tells the caller that the right to ring has ended`);
    }
  }
}

/** Only the device that has the place may move a call, and only a callee's before there is one. */
function judgeSpeakers({ history, complain }: Judge): void {
  const { transitions, permit } = history;
  const callerDeviceId = transitions[0]?.call.caller.deviceId;
  for (const [index, { event }] of transitions.entries()) {
    const before = transitions[index - 1]?.call;
    if (before === undefined || !("from" in event)) continue;
    const { accountId, deviceId } = event.from;
    const isCaller = accountId === permit.caller && deviceId === callerDeviceId;
    const winner = winnerOf(before);
    const isCallee = accountId === permit.callee && (winner === null || winner === deviceId);
    if (!isCaller && !isCallee) complain(`was moved by the ${event.type} of another device`);
  }
}

function winnerOf(call: Transition["call"]): string | null {
  return "calleeDeviceId" in call ? call.calleeDeviceId : null;
}

function isHeard(line: { what: string }): boolean {
  return line.what.startsWith("heard");
}

function isRingLine(what: string): boolean {
  return what === "rings" || what === "quiet";
}

function effectsOf<Type extends Effect["type"]>(
  { transitions }: CallHistory,
  type: Type,
): Extract<Effect, { type: Type }>[] {
  const effects = transitions.flatMap((transition) => transition.effects);
  return effects.filter(
    (effect): effect is Extract<Effect, { type: Type }> => effect.type === type,
  );
}
