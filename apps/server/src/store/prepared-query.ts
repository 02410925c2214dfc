import type { Compilable, CompiledQuery } from "kysely";
import type { Reader } from "./store.ts";

/** What a query runs on: reading or writing, outside of a transaction or in one. */
type Runner = Pick<Reader, "executeQuery" | "getExecutor">;

/** Stands in a compiled query where a value goes that is another one each time. */
class Place {
  readonly name: PropertyKey;

  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/**
 * A query that is written as any other, and built and compiled once for each database: that takes ten
 * times as long as running it. For those that are on the way of every call.
 *
 * @param build may pass on what it is given, and nothing else: these are places, and no values yet
 * @returns runs it with values in their places, and gives its rows
 */
export function prepared<Database extends Runner, Given extends object, Row>(
  build: (db: Database, given: Given) => Compilable<Row>,
): (db: Database, given: Given) => Promise<Row[]> {
  // Of one database all executors, of transactions too, share the adapter.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, given) => {
    const { adapter } = db.getExecutor();
    let query = compiled.get(adapter);
    if (query === undefined) {
      // To the types they are the values that they stand for.
      query = build(db, places as Given).compile();
      compiled.set(adapter, query);
    }
    const values = given as Readonly<Record<PropertyKey, unknown>>;
    const parameters = query.parameters.map((one) =>
      one instanceof Place ? values[one.name] : one,
    );
    const { rows } = await db.executeQuery<Row>({ ...query, parameters });
    return rows;
  };
}

/** Has a place for every name. */
const places = new Proxy({}, { get: (_, name) => new Place(name) });
