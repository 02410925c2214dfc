import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AccountId, makeId } from "@ringfence/protocol";
import { createInProcessBus } from "../../apps/server/src/bus/in-process-bus.ts";
import { openSqliteStore } from "../../apps/server/src/store/group-commit.ts";
import type { Store } from "../../apps/server/src/store/store.ts";

/** How many of everything a community has. */
export interface CommunitySize {
  readonly accounts: number;
  readonly follows: number;
  /** Conversations that both entered, of everybody but the popular one. */
  readonly conversations: number;
  /** Rings of the last day. */
  readonly rings: number;
  /** People whom the popular one follows and has talked with. */
  readonly popularFollows: number;
}

export interface Community extends AsyncDisposable {
  readonly store: Store;
  /** Pairs who have talked, and as many who never met. */
  readonly pairs: readonly { caller: AccountId; callee: AccountId }[];
  /** Talks with many: all of them may ring. */
  readonly popular: AccountId;
  /** Unix time in milliseconds at which everything is measured. */
  readonly now: number;
}

const now = 1_800_000_000_000;
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Makes a community in a directory of its own, which goes when it is disposed. */
export async function makeCommunity(size: CommunitySize): Promise<Community> {
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "community.sqlite");
  const parts = { bus: createInProcessBus(), now: () => now, logError: console.error };
  // The tables are the server's own, and so is that nothing ever counts their rows for the planner.
  await (await openSqliteStore(path, parts))[Symbol.asyncDispose]();
  const { pairs, popular } = fill(path, size);
  const store = resources.use(await openSqliteStore(path, parts));
  const owned = resources.move();
  return { store, pairs, popular, now, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Nothing of this must outlive a power cut, and it is many rows: none waits for the disk. */
function fill(path: string, size: CommunitySize) {
  using database = new DatabaseSync(path);
  database.exec("pragma synchronous = off; pragma foreign_keys = off; begin");
  const random = generator(20_261_121);
  const accounts = Array.from({ length: size.accounts }, (_, n) => idOf(n, random));
  insertAccounts(database, accounts);
  const popular = at(accounts, 0);
  const pairs = insertConversations(database, accounts, size, random);
  insertFollows(database, accounts, size, random);
  insertRings(database, pairs, size, random);
  const strangers = pairs.map(() => ({
    caller: at(accounts, below(accounts.length, random)),
    callee: at(accounts, below(accounts.length, random)),
  }));
  database.exec("commit");
  return { pairs: [...pairs, ...strangers], popular };
}

function insertAccounts(database: DatabaseSync, accounts: readonly AccountId[]): void {
  const insert = database.prepare(
    `insert into account (id, handle, display_name, password_hash, created_at, sequence, calling,
       audience_mutuals, audience_people_i_follow, audience_everyone, audience_address_book,
       audience_vouched, asking, fading, fading_days, call_back, unanswered_limit, do_not_disturb,
       hide_address)
     values (?, ?, ?, '', 0, 0, 'on', 1, 0, 0, 0, 0, 'anyone-in-conversation', 1, 180, 1, 1, 0, 1)`,
  );
  for (const [number, id] of accounts.entries()) {
    insert.run(id, `p${String(number).padStart(7, "0")}`, `Person ${number}`);
  }
}

/** The popular one talks with many; among the others everybody is as likely. */
function insertConversations(
  database: DatabaseSync,
  accounts: readonly AccountId[],
  size: CommunitySize,
  random: () => number,
) {
  const conversation = database.prepare(
    `insert or ignore into conversation (id, low_account_id, high_account_id, created_at)
     values (?, ?, ?, 0)`,
  );
  const side = database.prepare(
    `insert into participation (account_id, other_account_id, conversation_id, entered_at, acted_at)
     values (?, ?, ?, 1, ?)`,
  );
  const talk = (one: AccountId, other: AccountId, number: number): boolean => {
    const id = idOf(size.accounts + number, random);
    const [low, high] = one < other ? [one, other] : [other, one];
    if (one === other || conversation.run(id, low, high).changes === 0) return false;
    side.run(one, other, id, now - below(200, random) * dayMs);
    side.run(other, one, id, now - below(200, random) * dayMs);
    return true;
  };
  for (let number = 1; number <= size.popularFollows; number++) {
    talk(at(accounts, 0), at(accounts, number), number);
  }
  const pairs: { caller: AccountId; callee: AccountId }[] = [];
  for (let number = 0; number < size.conversations; number++) {
    const caller = at(accounts, 1 + below(accounts.length - 1, random));
    const callee = at(accounts, 1 + below(accounts.length - 1, random));
    if (talk(caller, callee, size.popularFollows + number + 1)) pairs.push({ caller, callee });
  }
  return pairs;
}

/** The popular one follows everybody they talk with, and one in a hundred follows back. */
function insertFollows(
  database: DatabaseSync,
  accounts: readonly AccountId[],
  size: CommunitySize,
  random: () => number,
): void {
  const follow = database.prepare(
    "insert or ignore into follow (follower_id, followed_id, created_at) values (?, ?, 0)",
  );
  for (let number = 1; number <= size.popularFollows; number++) {
    follow.run(at(accounts, 0), at(accounts, number));
    if (number % 100 === 0) follow.run(at(accounts, number), at(accounts, 0));
  }
  for (let number = size.popularFollows; number < size.follows; number++) {
    const follower = 1 + below(accounts.length - 1, random);
    follow.run(at(accounts, follower), at(accounts, 1 + below(accounts.length - 1, random)));
  }
}

function insertRings(
  database: DatabaseSync,
  pairs: Community["pairs"],
  size: CommunitySize,
  random: () => number,
): void {
  const ring = database.prepare(
    `insert into recent_ring (call_id, caller_id, callee_id, rang_at, answered_at, unanswered_at,
       counts_for_callee)
     values (?, ?, ?, ?, ?, ?, 1)`,
  );
  for (let number = 0; number < size.rings; number++) {
    const { caller, callee } = at(pairs, below(pairs.length, random));
    const rangAt = now - below(dayMs, random);
    const isAnswered = random() < 0.6;
    const endedAt = rangAt + minuteMs;
    const id = idOf(2 * size.accounts + size.conversations + number, random);
    const ended = [isAnswered ? endedAt : null, isAnswered ? null : endedAt] as const;
    ring.run(id, caller, callee, rangAt, ...ended);
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there are ${items.length}, and none is ${index}`);
  return item;
}

function below(count: number, random: () => number): number {
  return Math.floor(random() * count);
}

/** As the server makes them: a time, and then chance. */
function idOf(number: number, random: () => number): AccountId {
  const bytes = Uint8Array.from({ length: 10 }, () => below(256, random));
  return AccountId.parse(makeId(now - 400 * dayMs + number * 50, bytes));
}

/** The same numbers on every machine (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
