import { z } from "zod";

/** A rule that holds many people at once. Several may be chosen. */
export const Audience = z.enum(["mutuals", "people-i-follow", "everyone"]);
export type Audience = z.infer<typeof Audience>;

export const CallSettings = z.object({
  /** `unset` until the person chose: nobody can ring them, and the first-use card is shown. */
  calling: z.enum(["unset", "on", "off"]),
  audiences: z.array(Audience).max(Audience.options.length).transform(withoutRepeats),
  /** On: the other side of a call never learns this account's addresses. */
  hideAddress: z.boolean(),
});
export type CallSettings = z.infer<typeof CallSettings>;

/** What an account has before it chose anything (the preset Private). */
export const initialCallSettings: CallSettings = {
  calling: "unset",
  audiences: [],
  hideAddress: true,
};

/** A change names only what it changes. Nobody can go back to not having chosen. */
export const CallSettingsChange = z.object({
  calling: z.enum(["on", "off"]).optional(),
  audiences: CallSettings.shape.audiences.optional(),
  hideAddress: z.boolean().optional(),
});
export type CallSettingsChange = z.infer<typeof CallSettingsChange>;

function withoutRepeats(audiences: Audience[]): Audience[] {
  return Audience.options.filter((audience) => audiences.includes(audience));
}
