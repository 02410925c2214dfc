import { z } from "zod";
import { Handle } from "./handle.ts";

/** One entry of the HTTP API's table. */
export interface Endpoint {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parameters stand as `:name` and are named in `params`. */
  path: `/api/${string}`;
  summary: string;
  /** Whether the caller must be signed in. */
  login: "required" | "none";
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The body of a 200. Where it is missing the answer is 204. */
  response?: z.ZodType;
}

export const byHandle = z.object({ handle: Handle });
/** Pages in the order of handles: those behind this one. */
export const pageOfPeople = z.object({ after: Handle.optional() });
/** What a page of people ends with: what to pass as `after` for the next, null at the end. */
export const nextPerson = { next: Handle.nullable() };
