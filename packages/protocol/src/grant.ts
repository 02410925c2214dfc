import { z } from "zod";

/**
 * `always`, until its owner ends it; `until` a time; `once`: until a call was answered or its time
 * has passed.
 */
export const GrantKind = z.enum(["always", "until", "once"]);
export type GrantKind = z.infer<typeof GrantKind>;

/** The right to ring that its owner gave to one person, as the owner sees it. */
export const Grant = z.object({
  kind: GrantKind,
  /** Unix time in milliseconds; null for `always`. */
  until: z.number().int().nullable(),
  /** It rings aloud in quiet hours too, and is never paused. */
  mayBreakThrough: z.boolean(),
  /** Unix time in milliseconds: unanswered rings paused it until then. Null: it is not paused. */
  pausedUntil: z.number().int().nullable(),
});
export type Grant = z.infer<typeof Grant>;

/** The same as the person sees it who has it: whether it is paused or loud is its owner's. */
export const Granted = Grant.pick({ kind: true, until: true });
export type Granted = z.infer<typeof Granted>;

/** How long a right is given for, by an answer to an ask or without one. */
export const GrantChoice = z.enum(["once-24h", "7-days", "always"]);
export type GrantChoice = z.infer<typeof GrantChoice>;

export const NewGrant = z.object({
  choice: GrantChoice,
  mayBreakThrough: z.boolean().default(false),
});
export type NewGrant = z.infer<typeof NewGrant>;

export const GrantChange = z.object({ mayBreakThrough: z.boolean() });
export type GrantChange = z.infer<typeof GrantChange>;
