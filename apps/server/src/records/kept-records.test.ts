import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, type ServerUnderTest, startServer } from "../http/server-under-test.ts";
import { exportSections } from "./export-sections.ts";
import { fillEveryTable } from "./test-full-account.ts";

type Records = Record<string, Record<string, unknown>[]>;

const documentText = readFileSync(new URL("../../../../docs/records.md", import.meta.url), "utf8");

function sorted(names: Iterable<string>): string[] {
  return [...names].toSorted();
}

/** The rows of the table below a heading, without the first. */
function rowsBelow(heading: string): string[][] {
  const [, after = ""] = documentText.split(`\n${heading}\n`);
  const lines = (after.split(/\n## /, 1)[0] ?? "").split("\n");
  const cells = lines.filter((line) => line.startsWith("| ")).map((line) => line.split(" | "));
  return cells.slice(1);
}

const namesIn = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");

const fields = rowsBelow("## The export").map(([field, columns]) => ({
  field: namesIn(field)[0] ?? "",
  columns: namesIn(columns),
}));
const leftOut = rowsBelow("## What is not in it").map(([columns, why = ""]) => ({
  columns: namesIn(columns),
  why,
}));

let server: ServerUnderTest;
let alice: Person;
let bob: Person;
let marks: readonly string[];
let columns: string[];

beforeAll(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  bob = await server.signUp("bob");
  ({ marks } = await fillEveryTable(server, alice.me, bob.me));
  columns = await columnsOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

function columnsOf({ store }: ServerUnderTest): Promise<string[]> {
  return store.write(async ({ db }) =>
    (await db.introspection.getTables()).flatMap(({ name: table, columns: own }) =>
      own.map(({ name }) => `${table}.${name}`),
    ),
  );
}

/** All pages, put together as the page does. */
async function exportOf(person: Person): Promise<Records> {
  const records: Records = {};
  for (let next: string | null = ""; next !== null;) {
    const after: string = next === "" ? "" : `?after=${encodeURIComponent(next)}`;
    const answer = await person.send("GET", `/api/accounts/me/export${after}`);
    expect(answer.status).toBe(200);
    const page = answer.body as { records: Records; next: string | null };
    for (const [name, rows] of Object.entries(page.records)) (records[name] ??= []).push(...rows);
    next = page.next;
  }
  return records;
}

describe("what docs/records.md says", () => {
  test("is said of every column that there is, and of no other", () => {
    const said = new Set([...fields, ...leftOut].flatMap((row) => row.columns));
    expect(sorted(said)).toEqual(sorted(columns));
    expect(leftOut.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  test("is said of every table, and until when", () => {
    const tables = new Set(columns.map((name) => name.split(".")[0] ?? ""));
    const said = rowsBelow("## Until when");
    expect(sorted(said.map(([table]) => namesIn(table)[0] ?? ""))).toEqual(sorted(tables));
    expect(said.filter(([, , until = ""]) => until.length < 5)).toEqual([]);
  });

  test("of the export is what is in it, field by field, and every section has a row here", async () => {
    const records = await exportOf(alice);
    const names = Object.entries(records).flatMap(([section, rows]) =>
      [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => `${section}.${name}`),
    );
    expect(Object.keys(records)).toEqual(Object.keys(exportSections));
    expect(sorted(names)).toEqual(sorted(fields.map(({ field }) => field)));
    const unset = fields.filter(({ field }) => {
      const [section = "", name = ""] = field.split(".");
      return records[section]?.every((row) => row[name] === null || row[name] === undefined);
    });
    // Nobody vouched for her, withdrew an ask, closed her report or had her keep her calls for less.
    expect(sorted(unset.map(({ field }) => field))).toEqual([
      "account.callRecordDays",
      "account.vouchedAt",
      "asks.withdrawnAt",
      "reports.closedAt",
    ]);
  });
});

describe("the export", () => {
  test("has what its owner wrote, and what opens nothing", async () => {
    const text = JSON.stringify(await exportOf(alice));
    const inside = marks.filter((mark) => text.includes(mark));
    expect(sorted(inside.map((mark) => mark.split(" of ")[0] ?? ""))).toEqual(
      sorted([
        "endpoint",
        "identity key",
        "link",
        "linked key",
        "credential",
        "passkey's key",
        "passkey's name",
        "reason",
        "report",
        "signature",
        "statement",
        "words",
      ]),
    );
    expect(text).not.toContain("argon2");
  });

  test("has of another nothing but what they did towards its owner in the open", async () => {
    const { blocked, nevers, refusedAttempts, grants, reports, ...others } = await exportOf(alice);
    for (const rows of [blocked, nevers, refusedAttempts, grants]) {
      expect(rows).toMatchObject([{ handle: "bob" }]);
    }
    expect(reports).toMatchObject([{ of: "bob" }]);
    expect(JSON.stringify(others["devices"])).not.toContain(bob.me.deviceId);
    expect(others["asks"]).toMatchObject([
      { fromMe: true, handle: "bob" },
      { fromMe: false, handle: "bob" },
    ]);
    expect(others["asks"]?.map((ask) => "answeredAt" in ask)).toEqual([false, true]);
  });

  test("has messages that were withheld for their writer alone, and does not say that they were", async () => {
    await server.store.write(async ({ db }) => {
      const row = { conversation_id: "c", client_message_id: "w", text: "never delivered" };
      const withheld = { ...row, id: "withheld", sender_id: alice.me.id, is_withheld: 1 } as never;
      await db.insertInto("message").values(withheld).execute();
    });
    const mine = JSON.stringify((await exportOf(alice))["messages"]);
    expect(mine).toContain("never delivered");
    expect(mine).not.toContain('ithheld":');
    expect(JSON.stringify(await exportOf(bob))).not.toContain("never delivered");
  });

  test("goes on where a page ended, without a row twice or missing", async () => {
    const carol = await server.signUp("carol");
    await server.store.write(async ({ db, now }) => {
      for (let number = 0; number < 1_234; number++) {
        const handle = `p${String(number).padStart(5, "0")}`;
        const account = { id: handle, handle, display_name: "", password_hash: "", created_at: 0 };
        const [template] = await db.selectFrom("account").selectAll().limit(1).execute();
        await db
          .insertInto("account")
          .values({ ...template, ...account } as never)
          .execute();
        await db
          .insertInto("address_book_entry")
          .values({ owner_id: carol.me.id, other_id: handle as never, created_at: now })
          .execute();
      }
    });
    const { addressBook = [] } = await exportOf(carol);
    expect(addressBook).toHaveLength(1_234);
    expect(new Set(addressBook.map(({ handle }) => handle)).size).toBe(1_234);
  });

  test.each(["nowhere/x", "/", "messages", "__proto__/x"])(
    "begins at no place that it has not: %s",
    async (after) => {
      const answer = await alice.send("GET", `/api/accounts/me/export?after=${after}`);
      expect([answer.status, answer.body]).toMatchObject(
        after === "messages" ? [200, {}] : [400, { code: "malformed", field: "after" }],
      );
    },
  );
});
