import { z } from "zod";
import { Handle } from "./handle.ts";
import { limits } from "./limits.ts";

/** What a name or a text can be seen by: a letter, digit, sign or symbol of any script. */
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;
/**
 * What is not shown, or turns or breaks the line that it stands in. The zero width joiner is part of
 * many emoji and stays. The Hangul fillers are letters by name and blank to the eye.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?!\u200d)\p{Cf}|\p{M}{5}/u;

export const DisplayName = z
  .string()
  .trim()
  .min(1, "A display name has at least one character.")
  .max(limits.displayNameCharactersMax, "A display name has at most 50 characters.")
  .refine(
    (name) => visible.test(name) && !unseen.test(name),
    "A display name is one line of visible text.",
  );

/** A person as anybody signed in may see them. */
export const Person = z.object({ handle: Handle, displayName: DisplayName });
export type Person = z.infer<typeof Person>;
