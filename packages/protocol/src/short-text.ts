import { z } from "zod";

/**
 * Text that somebody else will read: whole characters, as many as a person counts, and none that
 * a database refuses.
 *
 * @param charactersMax in code points, not in UTF-16 units
 */
export function shortText(charactersMax: number) {
  return z
    .string()
    .trim()
    .refine(
      (text) => !text.includes("\u0000") && text.isWellFormed(),
      "This is text: it has a character in it that is none.",
    )
    .refine(
      (text) => Array.from(text).length <= charactersMax,
      `This has at most ${charactersMax} characters.`,
    );
}
