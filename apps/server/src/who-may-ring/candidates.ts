import { setImmediate } from "node:timers/promises";
import type { Facts } from "@ringfence/policy";
import {
  type AccountId,
  type Audience,
  type Handle,
  type Person,
  limits,
} from "@ringfence/protocol";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { type Rules, readCallers } from "../calls/pair-facts.ts";
import { serverLimits } from "../limits.ts";
import { slicesOf } from "../people/buttons.ts";
import type { Reader } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";

/** Somebody who might ring a callee, with the facts to decide it by. */
export interface Candidate {
  id: AccountId;
  person: Person;
  facts: Facts;
}

/**
 * Those who might ring a callee under one of these rules, by handle. The query leaves out most of
 * those who may not, so that ten thousand conversations are looked through in milliseconds; the
 * policy decides about each of the others. Between slices others have their turn.
 *
 * The facts are as the callee may know them: otherwise the list would tell people who blocked them
 * (docs/decisions/0035).
 *
 * @param after those behind this handle
 * @param now Unix time in milliseconds
 */
export async function* candidatesOf(
  db: Reader,
  callee: AccountId,
  rules: readonly Rules[],
  after: Handle | undefined,
  now: number,
): AsyncGenerator<Candidate> {
  let last = after;
  for (;;) {
    const rows = await selectCandidates(db, callee, rules, last, now);
    for (const slice of slicesOf(rows)) {
      yield* await knownOf(db, callee, slice, now);
      await setImmediate();
    }
    last = rows.at(-1)?.handle;
    if (rows.length < serverLimits.candidatesAtOnceMax) return;
  }
}

type CandidateRow = Awaited<ReturnType<typeof selectCandidates>>[number];

function selectCandidates(
  db: Reader,
  callee: AccountId,
  rules: readonly Rules[],
  after: Handle | undefined,
  now: number,
) {
  let query = db
    .selectFrom("participation as mine")
    .innerJoin("participation as theirs", (join) =>
      join
        .onRef("theirs.account_id", "=", "mine.other_account_id")
        .onRef("theirs.other_account_id", "=", "mine.account_id"),
    )
    .innerJoin("account as caller", "caller.id", "mine.other_account_id")
    .select(["caller.id", "caller.handle", "caller.display_name"])
    .where("mine.account_id", "=", callee)
    .where("mine.entered_at", "is not", null)
    .where("theirs.entered_at", "is not", null)
    .where((where) =>
      where.or([
        ...rightsOf(where, callee, now),
        ...rules.flatMap((each) => audiencesOf(where, each, now)),
      ]),
    )
    .orderBy("caller.handle")
    .limit(serverLimits.candidatesAtOnceMax);
  if (after !== undefined) query = query.where("caller.handle", ">", after);
  return query.execute();
}

type Where = ExpressionBuilder<
  Tables & {
    mine: Tables["participation"];
    theirs: Tables["participation"];
    caller: Tables["account"];
  },
  "mine" | "theirs" | "caller"
>;

/** Rows 4 and 7: few people, whatever the audiences. */
function rightsOf(where: Where, callee: AccountId, now: number): Expression<SqlBool>[] {
  const since = now - limits.callBackMs;
  const rung = where
    .selectFrom("recent_ring")
    .select("callee_id")
    .where("caller_id", "=", callee)
    .where("rang_at", ">", since);
  const asked = where
    .selectFrom("ask")
    .select("asked_id")
    .where("asker_id", "=", callee)
    .where("asked_at", ">", now - limits.askShownMs)
    .where("withdrawn_at", "is", null);
  const granted = where.selectFrom("call_grant").select("other_id").where("owner_id", "=", callee);
  return [
    where("mine.other_account_id", "in", rung),
    where("mine.other_account_id", "in", asked),
    where("mine.other_account_id", "in", granted),
  ];
}

/** Row 8: who is in an audience and has not faded. */
function audiencesOf(where: Where, rules: Rules, now: number): Expression<SqlBool>[] {
  if (rules.calling !== "on" || rules.audiences.length === 0) return [];
  const held = where.or(rules.audiences.map((audience) => isHeldBy(where, audience)));
  if (rules.fadingDays === null) return [held];
  const lively = where.or([
    where("mine.acted_at", ">", now - rules.fadingDays * 86_400_000),
    isKept(where),
  ]);
  return [where.and([lively, held])];
}

function isHeldBy(where: Where, audience: Audience): Expression<SqlBool> {
  switch (audience) {
    case "address-book":
      return isKept(where);
    case "mutuals":
      return where.and([isFollowedByCallee(where), isFollowingCallee(where)]);
    case "people-i-follow":
      return isFollowedByCallee(where);
    case "vouched":
      return where("caller.vouched_at", "is not", null);
    case "everyone":
      return where.lit(true);
  }
}

function isKept(where: Where): Expression<SqlBool> {
  return where.exists(
    where
      .selectFrom("address_book_entry as kept")
      .select("kept.created_at")
      .whereRef("kept.owner_id", "=", "mine.account_id")
      .whereRef("kept.other_id", "=", "mine.other_account_id"),
  );
}

/** Also where the follow was severed: its owner still sees it. */
function isFollowedByCallee(where: Where): Expression<SqlBool> {
  return where.exists(
    where
      .selectFrom("follow as own")
      .select("own.created_at")
      .whereRef("own.follower_id", "=", "mine.account_id")
      .whereRef("own.followed_id", "=", "mine.other_account_id"),
  );
}

function isFollowingCallee(where: Where): Expression<SqlBool> {
  return where.exists(
    where
      .selectFrom("follow as back")
      .select("back.created_at")
      .whereRef("back.follower_id", "=", "mine.other_account_id")
      .whereRef("back.followed_id", "=", "mine.account_id")
      .where("back.severed_at", "is", null),
  );
}

async function knownOf(
  db: Reader,
  callee: AccountId,
  rows: readonly CandidateRow[],
  now: number,
): Promise<Candidate[]> {
  const ids = rows.map(({ id }) => id);
  const known = await readCallers(db, callee, ids, now);
  return rows.flatMap(({ id, handle, display_name: displayName }) => {
    const facts = known.get(id)?.shown;
    return facts === undefined ? [] : [{ id, person: { handle, displayName }, facts }];
  });
}
