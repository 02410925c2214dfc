import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from "kysely";
import { type ClientBase, Pool, type PoolClient, type PoolConfig, types } from "pg";
import { postgresLimits } from "../../limits.ts";
import { DatabaseAwayError } from "../errors.ts";
import type { Tables } from "../tables.ts";
import { isPlanOutdated, withoutConnection } from "./failures.ts";

/** https://www.postgresql.org/docs/current/catalog-pg-type.html: `bigint`, and what `count` gives. */
const bigintType = 20;

/**
 * What each connection is set to, beside what DATABASE_URL says.
 *
 * Two transactions that run at once are found to contradict each other by what each has read. A scan
 * of a table counts as having read all of it, so that on small tables everybody would contradict
 * everybody: look-ups by an index read what they ask for. Compiling never pays for queries like ours.
 */
const sessionSettings = {
  enable_seqscan: "off",
  jit: "off",
  // A node whose machine went dark lets go of what it held.
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
};

/**
 * The database of an operator's own PostgreSQL. Nothing is asked of it yet.
 *
 * @param logError a connection was lost that nobody was using
 */
export function connectPostgres(
  url: string,
  connectionsMax: number,
  logError: (error: unknown) => void,
): Kysely<Tables> {
  return open(url, logError, {
    max: connectionsMax,
    query_timeout: postgresLimits.answerTimeoutMs,
    statement_timeout: postgresLimits.statementTimeoutMs,
    idle_in_transaction_session_timeout: postgresLimits.idleInTransactionTimeoutMs,
  });
}

/** The same for work that may take its time: to change tables, to read or write all of them. */
export function connectPatiently(url: string): Kysely<Tables> {
  // What goes wrong shows where it is used.
  return open(url, () => {}, { max: 1 });
}

function open(url: string, logError: (error: unknown) => void, timing: PoolConfig) {
  const pool = new Pool({
    connectionString: url,
    application_name: "ringfence",
    connectionTimeoutMillis: postgresLimits.connectTimeoutMs,
    keepAlive: true,
    onConnect: setSession,
    types: { getTypeParser },
    ...timing,
  });
  // What `pg` hangs on it has the password in it.
  pool.on("error", ({ message }) => logError(new DatabaseAwayError(message)));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: adapt(pool) }) });
}

/** Sets a connection to what all of them are set to. */
export async function setSession(client: ClientBase): Promise<void> {
  const settings = Object.entries(sessionSettings).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  await client.query(`select ${settings.join(", ")}`);
}

const getTypeParser: typeof types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum names some; any number is one
  oid === bigintType ? parseBigint : types.getTypeParser(oid, format);

function parseBigint(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is beyond what is counted here`);
  return number;
}

/** Kysely's own way knows no names: a query with one is parsed and planned once a connection. */
function adapt(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await takeClient(pool);
      const adapted = known.get(client) ?? adaptClient(client, names);
      known.set(client, adapted);
      return adapted;
    },
  };
}

async function takeClient(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw withoutConnection(error);
  }
}

function adaptClient(client: PoolClient, names: Map<string, string>): PostgresPoolClient {
  // While it is in use nobody else listens; what it lost is told to whoever waits for an answer.
  client.on("error", () => {});
  let isSpoiled = false;
  async function ask(text: string, values: readonly unknown[]): Promise<unknown> {
    if (isSpoiled) throw new DatabaseAwayError("it waits to be closed");
    try {
      const name = values.length > 0 ? nameOf(text, names) : undefined;
      const query = { text, values: [...values] };
      return await client.query(name === undefined ? query : { ...query, name });
    } catch (error) {
      const failure = withoutConnection(error);
      // A new connection plans anew, and waits for no answer that did not come.
      isSpoiled = failure !== error || isPlanOutdated(error);
      throw failure;
    }
  }
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(asked: unknown, values: readonly unknown[] = []): unknown {
    if (typeof asked !== "string") throw new TypeError("rows come all at once here");
    return ask(asked, values);
  }
  return { query, release: (isBroken = false) => client.release(isBroken || isSpoiled) };
}

/** None for those that come late: queries with lists of many lengths must not grow this without bound. */
function nameOf(text: string, names: Map<string, string>): string | undefined {
  const name = names.get(text);
  if (name !== undefined || names.size >= postgresLimits.preparedStatementsMax) return name;
  const given = `ringfence_${names.size}`;
  names.set(text, given);
  return given;
}
