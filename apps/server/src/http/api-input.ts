import type { z } from "zod";
import { RefusedError } from "../errors.ts";

/**
 * What a schema makes of something that a stranger wrote.
 *
 * @throws RefusedError `malformed`, naming the first field at fault
 */
export function parseInput(schema: z.ZodType | undefined, input: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  const name = field === "" ? "The request" : `"${field}"`;
  throw new RefusedError(
    "malformed",
    sentenceOf(name, input, issue),
    field === "" ? {} : { field },
  );
}

function sentenceOf(name: string, input: unknown, issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return `${name} is not what it must be.`;
  if (issue.code === "invalid_type" && valueAt(input, issue.path) === undefined) {
    return `${name} is missing.`;
  }
  // A schema's own words are a sentence; the library's are not.
  return issue.message.endsWith(".") ? issue.message : `${name} is not right: ${issue.message}.`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return value;
}
