import { FieldProblem } from "./problem.ts";

/** What is used here of the protocol's schemas. */
interface Schema<T> {
  safeParse(value: unknown):
    | { success: true; data: T }
    | {
        success: false;
        error: { issues: readonly { message: string; path: readonly PropertyKey[] }[] };
      };
}

/**
 * Parses what a person typed, so that inside the types are true.
 *
 * @throws {FieldProblem} with the schema's own sentence, at the first field that is not right
 */
export function checked<T>(schema: Schema<T>, typed: unknown): T {
  const result = schema.safeParse(typed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FieldProblem(issue?.path.join(".") ?? "", issue?.message ?? "Check what you typed.");
}
