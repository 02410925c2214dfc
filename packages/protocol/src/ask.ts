import { z } from "zod";
import { GrantChoice } from "./grant.ts";
import { AskId } from "./id.ts";
import { limits } from "./limits.ts";
import { Person } from "./person.ts";
import { shortText } from "./short-text.ts";

/** Why somebody asks to call: a few words, or none. */
export const NewAsk = z.object({ reason: shortText(limits.askReasonCharactersMax).default("") });
export type NewAsk = z.infer<typeof NewAsk>;

/**
 * An ask as the person sees it who sent it: *Asked*, with *Withdraw*. It shows for as long whatever
 * the other did, unless they gave a right to ring.
 */
export const Asked = z.object({
  /** Unix time in milliseconds when it stops showing. */
  until: z.number().int(),
});
export type Asked = z.infer<typeof Asked>;

/** An ask as the person sees it who was asked: a quiet card. */
export const ReceivedAsk = z.object({
  id: AskId,
  from: Person,
  reason: z.string(),
  /** Unix time in milliseconds. */
  at: z.number().int(),
});
export type ReceivedAsk = z.infer<typeof ReceivedAsk>;

/**
 * What the card offers. The asker is told of a grant alone: `call-now` rings them (that right came
 * with the ask), `not-now` and `never` look like silence.
 */
export const AskAnswer = z.enum(["call-now", ...GrantChoice.options, "not-now", "never"]);
export type AskAnswer = z.infer<typeof AskAnswer>;
