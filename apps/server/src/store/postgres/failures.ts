import { DatabaseError } from "pg";
import { DatabaseAwayError } from "../errors.ts";

/**
 * https://www.postgresql.org/docs/current/errcodes-appendix.html. Beside `serialization_failure` and
 * `deadlock_detected`, two that are their shadows: somebody else put in the same row, or took away the
 * one that is referred to, since this transaction looked. And a table that another node has changed.
 */
const contradictions = new Set(["40001", "40P01", "23505", "23503", "0A000"]);

/** Classes: connection exception, insufficient resources, operator intervention, system error. */
const ofTheServer = /^(08|53|57|58)/;

/** Whether the same work may succeed when it is done again from its beginning. */
export function isContradiction(error: unknown): boolean {
  return isOfPostgres(error, contradictions);
}

/** `feature_not_supported`: a table is another than when the query was planned. */
export function isPlanOutdated(error: unknown): boolean {
  return isOfPostgres(error, new Set(["0A000"]));
}

/** An error of a query as the rest of the server knows it: the database's word, or that it has none. */
export function withoutConnection(error: unknown): unknown {
  if (error instanceof DatabaseError && !ofTheServer.test(error.code ?? "")) return error;
  // What came, and is not what we asked for: that is our own.
  if (error instanceof RangeError) return error;
  return error instanceof DatabaseAwayError ? error : new DatabaseAwayError(error);
}

function isOfPostgres(error: unknown, codes: ReadonlySet<string>): boolean {
  return error instanceof DatabaseError && codes.has(error.code ?? "");
}
