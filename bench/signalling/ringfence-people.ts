import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeId } from "@ringfence/protocol";
import { createInProcessBus } from "../../apps/server/src/bus/in-process-bus.ts";
import { databaseFile } from "../../apps/server/src/data-directory.ts";
import { openSqliteStore } from "../../apps/server/src/store/group-commit.ts";
import type { People } from "./contender.ts";

/** Somebody who is signed in. */
export interface Person {
  readonly handle: string;
  /** What the cookie holds. */
  readonly token: string;
}

const dayMs = 86_400_000;
/** As long as those of a real device: an account, a key and a hash, signed twice. */
const statement = "A".repeat(280);
const signature = "A".repeat(86);

/**
 * Signs people up ahead, as many as would take a server's own door an hour: each with a device that
 * is linked, and two and two with all that a call needs. Each lets the other ring always.
 *
 * @param directory where the server will have its data
 */
export async function signUpAhead(directory: string, { pairs, idle }: People): Promise<Person[]> {
  const path = join(directory, databaseFile);
  const parts = { bus: createInProcessBus(), now: Date.now, logError: console.error };
  // The tables are the server's own.
  await (await openSqliteStore(path, parts))[Symbol.asyncDispose]();
  using database = new DatabaseSync(path);
  database.exec("pragma synchronous = off; pragma foreign_keys = off; begin");
  const people = Array.from({ length: 2 * pairs + idle }, (_, number) => personOf(number));
  insertPeople(database, people);
  insertFriendships(database, pairs);
  database.exec("commit; pragma wal_checkpoint(truncate)");
  return people;
}

function personOf(number: number): Person {
  const handle = `p${String(number).padStart(7, "0")}`;
  return { handle, token: createHash("sha256").update(handle).digest("base64url") };
}

function insertPeople(database: DatabaseSync, people: readonly Person[]): void {
  const now = Date.now();
  const account = database.prepare(
    `insert into account (id, handle, display_name, password_hash, created_at, sequence, calling,
       audience_mutuals, audience_people_i_follow, audience_everyone, audience_address_book,
       audience_vouched, asking, fading, fading_days, call_back, unanswered_limit, do_not_disturb,
       hide_address)
     values (?, ?, ?, '', 0, 0, 'on', 1, 0, 0, 0, 0, 'anyone-in-conversation', 1, 180, 1, 1, 0, 1)`,
  );
  const device = database.prepare(
    "insert into device (id, account_id, name, created_at, last_seen_at) values (?, ?, ?, ?, ?)",
  );
  const login = database.prepare(
    `insert into login (token_hash, device_id, account_id, created_at, expires_at)
     values (?, ?, ?, ?, ?)`,
  );
  const chain = database.prepare("insert into device_chain (account_id, generation) values (?, 1)");
  const line = database.prepare(
    `insert into device_statement (account_id, position, statement, signatures)
     values (?, 0, ?, ?)`,
  );
  for (const [number, { handle, token }] of people.entries()) {
    const id = idOf("account", number);
    const deviceId = idOf("device", number);
    account.run(id, handle, `Person ${number}`);
    device.run(deviceId, id, "Chromium on Linux", now, now);
    const hash = createHash("sha256").update(token).digest("hex");
    login.run(hash, deviceId, id, now, now + 30 * dayMs);
    chain.run(id);
    line.run(id, statement, JSON.stringify([signature, signature]));
  }
}

function insertFriendships(database: DatabaseSync, pairs: number): void {
  const now = Date.now();
  const conversation = database.prepare(
    `insert into conversation (id, low_account_id, high_account_id, created_at)
     values (?, ?, ?, 0)`,
  );
  const side = database.prepare(
    `insert into participation (account_id, other_account_id, conversation_id, entered_at, acted_at,
       rang_at)
     values (?, ?, ?, 1, ?, ?)`,
  );
  const follow = database.prepare(
    "insert into follow (follower_id, followed_id, created_at) values (?, ?, 0)",
  );
  const grant = database.prepare(
    `insert into call_grant (owner_id, other_id, kind, may_break_through, unanswered_count, created_at)
     values (?, ?, 'always', 0, 0, ?)`,
  );
  for (let pair = 0; pair < pairs; pair++) {
    const one = idOf("account", 2 * pair);
    const other = idOf("account", 2 * pair + 1);
    const conversationId = idOf("conversation", pair);
    conversation.run(conversationId, ...[one, other].toSorted());
    for (const [me, them] of [
      [one, other],
      [other, one],
    ] as const) {
      side.run(me, them, conversationId, now - dayMs, now - dayMs);
      follow.run(me, them);
      grant.run(me, them, now - dayMs);
    }
  }
}

/** As the server makes them, a time and then chance; the same at every run. */
export function idOf(of: string, number: number): string {
  const chance = createHash("sha256").update(`${of} ${number}`).digest().subarray(0, 10);
  return makeId(1_790_000_000_000 + number * 50, chance);
}
