import { decide } from "@ringfence/policy";
import { type AccountId, type Handle, type MayRing, limits } from "@ringfence/protocol";
import { rulesOf } from "../calls/pair-facts.ts";
import { readCallSettings } from "../settings/call-settings.ts";
import type { Reader } from "../store/store.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";

/** One page; `next` is the handle to ask for more after, null at the end. */
export interface MayRingPage {
  people: MayRing[];
  next: Handle | null;
  /** On the first page, of all pages: at most `mayRingCountMax`. Null on the others. */
  count: number | null;
}

/** Who can ring the account now, by handle, each with the row of the policy that lets them. */
export async function listWhoMayRing(
  db: Reader,
  me: AccountId,
  after: Handle | undefined,
  now: number,
): Promise<MayRingPage> {
  const rules = rulesOf(await readCallSettings(db, me));
  const isFirst = after === undefined;
  const found: MayRing[] = [];
  const enough = isFirst ? limits.mayRingCountMax : limits.pageEntriesMax + 1;
  for await (const candidate of candidatesOf(db, me, [rules], after, now)) {
    const line = lineOf(candidate, me, now);
    if (line !== null) found.push(line);
    if (found.length === enough) break;
  }
  const people = found.slice(0, limits.pageEntriesMax);
  return {
    people,
    next: found.length > people.length ? (people.at(-1)?.person.handle ?? null) : null,
    count: isFirst ? found.length : null,
  };
}

/** Null for somebody who may not. */
function lineOf({ id, person, facts }: Candidate, me: AccountId, now: number): MayRing | null {
  const decision = decide({ caller: id, callee: me, kind: "audio" }, facts, now);
  if (decision.allow !== "ring") return null;
  const { reason, until, mayBreakThrough } = decision.permit;
  return { person, reason, until, mayBreakThrough };
}
