import { z } from "zod";
import { limits } from "./limits.ts";

/**
 * A handle as it is stored and compared: lower case, without the `@` that people write before it.
 * Letters a-z, digits and `_`, beginning with a letter, 2 to 20 characters.
 */
export const Handle = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => (text.startsWith("@") ? text.slice(1) : text))
  .pipe(
    z
      .string()
      .min(limits.handleCharactersMin, "A handle has at least 2 characters.")
      .max(limits.handleCharactersMax, "A handle has at most 20 characters.")
      .regex(
        /^[a-z][a-z0-9_]*$/,
        "A handle begins with a letter and goes on with letters, digits and _.",
      )
      .brand<"Handle">(),
  );
export type Handle = z.infer<typeof Handle>;
