import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeId } from "@ringfence/protocol";
import { databaseFile } from "../../apps/server/src/data-directory.ts";
import type { People } from "../signalling/contender.ts";
import { type Person, idOf, signUpAhead } from "../signalling/ringfence-people.ts";

/** Of each pair, so that what a message or a finished call takes is found out. */
const entriesOfPair = 20;
const text = "See you at seven then, I bring the bread and you bring the rest. ".repeat(2);
const dayMs = 86_400_000;

/** People who can call each other at once, and have written and called before. */
export async function seed(directory: string, people: People): Promise<Person[]> {
  const signedUp = await signUpAhead(directory, people);
  using database = new DatabaseSync(join(directory, databaseFile));
  database.exec("pragma synchronous = off; begin");
  const message = database.prepare(
    `insert into message (id, conversation_id, sender_id, client_message_id, text, is_withheld)
     values (?, ?, ?, ?, ?, 0)`,
  );
  const call = database.prepare(
    `insert into call_record (account_id, call_id, other_account_id, is_caller, kind, outcome,
       started_at, duration_ms, route)
     values (?, ?, ?, ?, 'audio', 'completed', ?, 300000, 'relay')`,
  );
  let at = Date.now() - dayMs;
  for (let entry = 0; entry < entriesOfPair; entry++) {
    // As time goes: all pairs, and then all pairs again.
    for (let pair = 0; pair < people.pairs; pair++) {
      const [one, other] = [idOf("account", 2 * pair), idOf("account", 2 * pair + 1)];
      at++;
      message.run(newId(at), idOf("conversation", pair), one, crypto.randomUUID(), text);
      const callId = newId(at);
      call.run(one, callId, other, 1, at);
      call.run(other, callId, one, 0, at);
    }
  }
  database.exec("commit; pragma wal_checkpoint(truncate)");
  return signedUp;
}

function newId(at: number): string {
  return makeId(at, crypto.getRandomValues(new Uint8Array(10)));
}

/** What a table takes with its indexes, and how many rows it has. */
export interface TableSize {
  readonly bytes: number;
  readonly rows: number;
}

/** Tables of which sizes are told: by what an account has, and a message, and a finished call. */
export const sizedTables = {
  account: ["account", "device", "login", "device_chain", "device_statement"],
  friendship: ["conversation", "participation", "follow", "call_grant"],
  message: ["message"],
  call: ["call_record"],
} as const;

export type Sizes = Record<keyof typeof sizedTables, TableSize>;

/** Rows are those of the first table; a finished call has two. */
export async function readSizes(
  sizeOf: (table: string) => Promise<TableSize> | TableSize,
): Promise<Sizes> {
  const sizes: [string, TableSize][] = [];
  for (const [name, tables] of Object.entries(sizedTables)) {
    const each: TableSize[] = [];
    for (const table of tables) each.push(await sizeOf(table));
    const bytes = each.reduce((sum, one) => sum + one.bytes, 0);
    sizes.push([name, { bytes, rows: (each[0]?.rows ?? 0) / (name === "call" ? 2 : 1) }]);
  }
  return Object.fromEntries(sizes) as Sizes;
}

export function readFileSizes(directory: string): Promise<Sizes> {
  const database = new DatabaseSync(join(directory, databaseFile), { readOnly: true });
  const size = database.prepare(
    `select sum(pgsize) as bytes from dbstat where name in
       (select name from sqlite_schema where tbl_name = ?)`,
  );
  const sizes = readSizes((table) => {
    const { bytes } = size.get(table) as { bytes: number };
    const { rows } = database.prepare(`select count(*) as rows from ${table}`).get() as {
      rows: number;
    };
    return { bytes, rows };
  });
  return sizes.finally(() => database.close());
}
