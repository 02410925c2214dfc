import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, makeId } from "@ringfence/protocol";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Passwords } from "../../accounts/passwords.ts";
import { request, signIn } from "../../accounts/test-people.ts";
import { freePort } from "../../cli/test-free-port.ts";
import { ringfence } from "../../cli/test-ringfence.ts";
import { databaseFile } from "../../data-directory.ts";
import { migrate, migrationNames } from "./migrate.ts";
import { openSqlite } from "../sqlite.ts";

const password = "correct horse battery";
const [firstVersion = ""] = migrationNames;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-upgrade-"));
  mkdirSync(join(directory, "data"), { mode: 0o700 });
});

afterEach(() => vi.waitFor(() => rmSync(directory, { recursive: true }), 20_000));

/** What a server of an earlier version left behind: two people, and a message of Alice's. */
async function makeDatabaseOf(version: string): Promise<void> {
  const path = join(directory, "data", databaseFile);
  await using db = await openSqlite(path, (empty) => migrate(empty, firstVersion));
  const hash = await new Passwords().hash(password);
  const [alice, bob, conversation, message] = [1, 2, 3, Date.now()].map((time) =>
    makeId(time, randomBytes(10)),
  );
  for (const [id, handle] of [
    [alice, "alice"],
    [bob, "bob"],
  ]) {
    await sql`insert into account (id, handle, display_name, password_hash, created_at, calling,
        audience_mutuals, audience_people_i_follow, audience_everyone, hide_address)
      values (${id}, ${handle}, ${handle}, ${hash}, 1, 'on', 1, 0, 0, 1)`.execute(db);
  }
  await sql`insert into conversation (id, low_account_id, high_account_id, created_at)
    values (${conversation}, ${alice}, ${bob}, 1)`.execute(db);
  for (const [me, other] of [
    [alice, bob],
    [bob, alice],
  ]) {
    await sql`insert into participation (account_id, other_account_id, conversation_id, entered_at)
      values (${me}, ${other}, ${conversation}, 1)`.execute(db);
  }
  await sql`insert into message (id, conversation_id, sender_id, client_message_id, text, is_withheld)
    values (${message}, ${conversation}, ${alice}, '1', 'Before the upgrade', 0)`.execute(db);
  await migrate(db, version);
}

test.each(migrationNames.slice(0, -1))(
  "a server starts on what one of version %s left, and people find everything",
  { timeout: 60_000 },
  async (version) => {
    await makeDatabaseOf(version);
    const port = await freePort();
    const settings = { HOST: "127.0.0.1", PORT: String(port) };
    const server = ringfence(["start"], { directory, settings });
    try {
      await server.until("relay connected");
      const origin = `http://localhost:${port}`;
      const cookie = await signIn(origin, "bob");
      const path = "/api/conversations/alice/entries";
      const answer = await request(origin, cookie, "GET", path);
      const { entries } = api.listEntries.response.parse(await answer.json());
      expect(entries).toMatchObject([{ type: "message", text: "Before the upgrade" }]);
    } finally {
      server.child.kill("SIGTERM");
      await server.exited();
    }
  },
);
