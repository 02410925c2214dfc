import {
  type Call,
  type CallEvent,
  type NewCall,
  type RefusalCode,
  begin,
  candidateRouteOf,
  dueAtOf,
  step,
} from "@ringfence/call";
import { type Permit, ringsQuietly } from "@ringfence/policy";
import { type CallId, checkCandidate } from "@ringfence/protocol";
import type { Figures, Moved } from "../figures/figures.ts";
import type { Logger } from "../logger.ts";
import { readQuietRules } from "../settings/call-settings.ts";
import { changeStandings } from "../people/standings.ts";
import type { Write } from "../store/store.ts";
import { insertCall, loadCall, updateCall } from "./call-store.ts";
import type { EffectParts } from "./effect-parts.ts";
import { performEffects } from "./perform-effects.ts";
import { movesRights, rememberRing, rememberTransition } from "./ring-memory.ts";

export interface RunParts extends EffectParts {
  logger: Logger;
  figures: Figures;
  /** A call was saved that has a timer. */
  wakeAt: (dueAt: number) => void;
}

/** What an event did. */
export type Ran =
  | { outcome: "moved" | "ignored"; call: Call }
  | { outcome: "refused"; code: RefusalCode | "description-refused" };

/**
 * Read, step, save, effects: one event of one call, in the writer's transaction. When another
 * transition was saved since the read, the event is decided again on what stands there now.
 */
export async function runCall(
  write: Write,
  callId: CallId,
  event: CallEvent,
  parts: RunParts,
): Promise<Ran> {
  for (;;) {
    const stored = await loadCall(write.db, callId);
    if (stored === undefined) return { outcome: "refused", code: "call-not-found" };
    const stepped = step(stored.call, event, write.now);
    if (stepped.outcome === "moved" && !isAllowedIn(stored.call, event)) {
      return { outcome: "refused", code: "description-refused" };
    }
    if (stepped.outcome === "refused") return { outcome: "refused", code: stepped.code };
    if (stepped.outcome === "ignored") return { outcome: "ignored", call: stored.call };
    if (!(await updateCall(write, stepped.call, stored.version))) continue;
    const perform = async () => {
      await rememberTransition(write, stored.call, stepped);
      await performEffects(write, stepped.call, stepped.effects, parts);
    };
    if (movesRights(stored.call, stepped.call)) {
      await changeStandings(write, pairOf(stepped.call), perform);
    } else await perform();
    const { call, effects } = stepped;
    afterSaving(write, { before: stored.call, call, effects, by: event.type }, parts);
    return { outcome: "moved", call: stepped.call };
  }
}

/** Begins a call from a permit. Null: the permit came too late. */
export async function beginCall(
  write: Write,
  permit: Permit,
  call: Omit<NewCall, "isQuiet">,
  parts: RunParts,
) {
  const rules = await readQuietRules(write.db, permit.callee);
  const isQuiet = ringsQuietly(permit, rules, write.now);
  const begun = begin(permit, { ...call, isQuiet }, write.now);
  if (begun.outcome === "refused") return null;
  await insertCall(write, begun.call);
  await changeStandings(write, permit, async () => {
    await rememberRing(write, permit, begun.call);
    await performEffects(write, begun.call, begun.effects, parts);
  });
  const { call: ring, effects } = begun;
  afterSaving(write, { before: null, call: ring, effects, by: "invite" }, parts);
  return begun.call;
}

/** Whether what would reach the other browser, or be kept for it, may do so now. */
function isAllowedIn(call: Call, event: CallEvent): boolean {
  if (event.type !== "candidate") return true;
  return checkCandidate(event.candidate, candidateRouteOf(call)).allowed;
}

function pairOf(call: Call) {
  return { caller: call.caller.accountId, callee: call.calleeAccountId };
}

interface Transition extends Moved {
  /** What caused it. */
  by: string;
}

function afterSaving(write: Write, transition: Transition, parts: RunParts): void {
  const { before, call, by } = transition;
  const dueAt = dueAtOf(call);
  write.afterCommit(() => {
    if (dueAt !== null) parts.wakeAt(dueAt);
    // A line for each change of state; what moves within one is nobody's lifecycle.
    if (before?.state === call.state) return;
    parts.figures.moved(transition);
    parts.logger.info(`call ${call.callId} ${before?.state ?? "invited"} -> ${call.state} (${by})`);
  });
}
