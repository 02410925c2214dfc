import type { z } from "zod";

/** What one frame of text says. `unknown` is a type that a newer peer knows and is ignored. */
export type Parsed<T> =
  | { outcome: "message"; message: T }
  | { outcome: "unknown" }
  | { outcome: "malformed"; problem: string };

/**
 * Parses one frame of a union discriminated by `type`.
 *
 * @param read where the discriminated object stands in the frame; the frame itself unless given
 */
export function parseFrame<T>(
  text: string,
  schema: z.ZodType<T>,
  knownTypes: ReadonlySet<string>,
  read: (frame: object) => unknown = (frame) => frame,
): Parsed<T> {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { outcome: "malformed", problem: "not JSON" };
  }
  if (typeof frame !== "object" || frame === null) {
    return { outcome: "malformed", problem: "not an object" };
  }
  const type = typeOf(read(frame));
  if (type === undefined) return { outcome: "malformed", problem: "no type" };
  if (!knownTypes.has(type)) return { outcome: "unknown" };
  const result = schema.safeParse(frame);
  if (result.success) return { outcome: "message", message: result.data };
  const issue = result.error.issues[0];
  return { outcome: "malformed", problem: `${issue?.path.join(".")}: ${issue?.message}` };
}

function typeOf(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  return typeof message.type === "string" ? message.type : undefined;
}
