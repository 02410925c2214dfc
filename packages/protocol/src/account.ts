import { z } from "zod";
import { CallSettings } from "./call-settings.ts";
import { Handle } from "./handle.ts";
import { AccountId, DeviceId } from "./id.ts";
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

export const Password = z
  .string()
  .min(limits.passwordCharactersMin, "A password has at least 8 characters.")
  .max(limits.passwordCharactersMax, "A password has at most 256 characters.");

export const SignUp = z.object({ handle: Handle, displayName: DisplayName, password: Password });
export type SignUp = z.infer<typeof SignUp>;

/** The password here is only bounded: whether it is the right one is the server's word. */
export const SignIn = z.object({
  handle: Handle,
  password: z.string().min(1, "Type your password.").max(limits.passwordCharactersMax),
});
export type SignIn = z.infer<typeof SignIn>;

/** A person as anybody signed in may see them. */
export const Person = z.object({ handle: Handle, displayName: DisplayName });
export type Person = z.infer<typeof Person>;

export const Device = z.object({
  id: DeviceId,
  /** Made from the browser's own words at sign-in: "Firefox on Linux". */
  name: z.string().max(limits.deviceNameCharactersMax),
  /** Unix time in milliseconds. */
  signedInAt: z.number().int(),
  /** Unix time in milliseconds, to the hour: enough to recognise a device, no record of days. */
  lastSeenAt: z.number().int(),
  isThisOne: z.boolean(),
});
export type Device = z.infer<typeof Device>;

/** The signed-in account, as its own devices see it. */
export const Me = z.object({
  id: AccountId,
  handle: Handle,
  displayName: DisplayName,
  deviceId: DeviceId,
  callSettings: CallSettings,
});
export type Me = z.infer<typeof Me>;

/**
 * What stands at the top right of a conversation: the server's decision about a ring now.
 * `none` says nothing of its cause (docs/protocol.md, "What a refusal tells").
 */
export const CallButton = z.enum(["call", "ask", "none"]);
export type CallButton = z.infer<typeof CallButton>;

/** A person as this account sees them. */
export const PersonView = Person.extend({
  isMe: z.boolean(),
  youFollow: z.boolean(),
  followsYou: z.boolean(),
  /** Set by this account. Whether the other blocked is never told. */
  youBlocked: z.boolean(),
  /** Set by this account: this person may never ring, whatever else is allowed. */
  youSaidNever: z.boolean(),
  callButton: CallButton,
});
export type PersonView = z.infer<typeof PersonView>;
