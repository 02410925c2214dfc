import { z } from "zod";
import { limits } from "./limits.ts";
import { DoNotDisturb, QuietHours } from "./quiet-hours.ts";

/** A rule that holds many people at once. Several may be chosen. */
export const Audience = z.enum([
  "address-book",
  "mutuals",
  "people-i-follow",
  "vouched",
  "everyone",
]);
export type Audience = z.infer<typeof Audience>;

/** Who may ask to call: people with whom there is a conversation that both entered, or nobody. */
export const Asking = z.enum(["anyone-in-conversation", "nobody"]);
export type Asking = z.infer<typeof Asking>;

export const CallSettings = z.object({
  /** `unset` until the person chose: no audience can ring them, and the first-use card is shown. */
  calling: z.enum(["unset", "on", "off"]),
  audiences: z.array(Audience).max(Audience.options.length).transform(withoutRepeats),
  asking: Asking,
  /** On: an audience holds nobody towards whom this account did nothing for `fadingDays`. */
  fading: z.boolean(),
  fadingDays: z.number().int().min(limits.fadingDaysMin).max(limits.fadingDaysMax),
  /** On: whom this account rings may ring back for a day. */
  callBack: z.boolean(),
  /** On: after three unanswered rings within a day one has to ask. */
  unansweredLimit: z.boolean(),
  quietHours: QuietHours,
  doNotDisturb: DoNotDisturb,
  /** On: the other side of a call never learns this account's addresses. */
  hideAddress: z.boolean(),
});
export type CallSettings = z.infer<typeof CallSettings>;

/** What an account has before it chose anything (the preset Private, not chosen). */
export const initialCallSettings: CallSettings = {
  calling: "unset",
  audiences: [],
  asking: "anyone-in-conversation",
  fading: true,
  fadingDays: limits.fadingDaysInitial,
  callBack: true,
  unansweredLimit: true,
  quietHours: { timeZone: "UTC", periods: [] },
  doNotDisturb: { isOn: false, until: null },
  hideAddress: true,
};

/** A change names only what it changes. Nobody can go back to not having chosen. */
export const CallSettingsChange = CallSettings.partial().extend({
  calling: z.enum(["on", "off"]).optional(),
});
export type CallSettingsChange = z.infer<typeof CallSettingsChange>;

export const presets = {
  /** What this product recommends. */
  private: {
    calling: "on",
    audiences: ["mutuals"],
    asking: "anyone-in-conversation",
    fading: true,
    fadingDays: limits.fadingDaysInitial,
    callBack: true,
    unansweredLimit: true,
    hideAddress: true,
  },
  /** As X does it, whose "People you follow" are mutuals. */
  "like-x": {
    calling: "on",
    audiences: ["mutuals"],
    asking: "nobody",
    fading: false,
    callBack: false,
    unansweredLimit: false,
    quietHours: { timeZone: "UTC", periods: [] },
    hideAddress: false,
  },
} as const satisfies Record<string, CallSettingsChange>;
export type Preset = keyof typeof presets;

function withoutRepeats(audiences: Audience[]): Audience[] {
  return Audience.options.filter((audience) => audiences.includes(audience));
}
