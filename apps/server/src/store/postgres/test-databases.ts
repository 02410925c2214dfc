import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { Client } from "pg";
import { tableOrder } from "../../backup/table-order.ts";
import { connectPatiently } from "./connect.ts";
import { preparePostgres } from "./prepare.ts";

/** Has every table and no row. Those that tests use are copies of it. */
const templateName = "template_of_tests";

/** Makes the template, once for each PostgreSQL. */
export async function prepareTemplate(server: string): Promise<void> {
  await order(server, `create database ${templateName}`);
  await using db = connectPatiently(urlOf(server, templateName));
  await preparePostgres(db);
}

/** @returns the address of a new database in which every table is empty, or none is made yet */
export async function makeDatabase(server: string, content: "tables" | "nothing"): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const template = content === "tables" ? templateName : "template0";
  await order(server, `create database ${name} template ${template}`);
  return urlOf(server, name);
}

/** The databases of directories, each for as long as its directory is there; then for another one. */
export class DatabasesOfDirectories {
  readonly #server: string;
  readonly #urls = new Map<string, string>();

  constructor(server: string) {
    this.#server = server;
  }

  async urlOf(directory: string): Promise<string> {
    const known = this.#urls.get(directory);
    if (known !== undefined) return known;
    const [forgotten] = [...this.#urls.keys()].filter((path) => !existsSync(path));
    const url =
      forgotten === undefined
        ? await makeDatabase(this.#server, "tables")
        : await emptyAgain(this.#urls.get(forgotten) ?? "");
    if (forgotten !== undefined) this.#urls.delete(forgotten);
    this.#urls.set(directory, url);
    return url;
  }
}

/** Ten times as fast as a new one. Whoever was still connected is no more. */
async function emptyAgain(url: string): Promise<string> {
  const deletions = tableOrder.toReversed().map((table) => `delete from "${table}"`);
  await order(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
     ${deletions.join("; ")}`,
  );
  return url;
}

async function order(server: string, statement: string): Promise<void> {
  const client = new Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}
