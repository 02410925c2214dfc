import { decide } from "@ringfence/policy";
import {
  type AccountId,
  type CallSettingsChange,
  type Person,
  type SettingsPreview,
  limits,
} from "@ringfence/protocol";
import { type Rules, rulesOf } from "../calls/pair-facts.ts";
import { readCallSettings } from "../settings/call-settings.ts";
import type { Reader } from "../store/store.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";

/** Who would gain and who would lose the right to ring the account by a change of its settings. */
export async function previewCallSettings(
  db: Reader,
  me: AccountId,
  change: CallSettingsChange,
  now: number,
): Promise<SettingsPreview> {
  const settings = await readCallSettings(db, me);
  const before = rulesOf(settings);
  const after = rulesOf({ ...settings, ...definedOf(change) });
  const gained: Person[] = [];
  const lost: Person[] = [];
  for await (const candidate of candidatesOf(db, me, [before, after], undefined, now)) {
    const could = mayRing(candidate, before, me, now);
    const will = mayRing(candidate, after, me, now);
    if (will && !could) gained.push(candidate.person);
    if (could && !will) lost.push(candidate.person);
  }
  return { gained: concerned(gained), lost: concerned(lost) };
}

function mayRing({ id, facts }: Candidate, rules: Rules, me: AccountId, now: number): boolean {
  const invite = { caller: id, callee: me, kind: "audio" } as const;
  return decide(invite, { ...facts, ...rules }, now).allow === "ring";
}

function concerned(people: readonly Person[]) {
  return { count: people.length, first: people.slice(0, limits.previewNamesMax) };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** What a change really names: a field may stand in it without a value. */
function definedOf(change: CallSettingsChange): Defined<CallSettingsChange> {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named);
}
