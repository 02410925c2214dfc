import { z } from "zod";
import { CallSettings } from "./call-settings.ts";
import { Handle } from "./handle.ts";
import { AccountId, DeviceId } from "./id.ts";
import { IdentityKey } from "./identity-key.ts";
import { InvitationToken } from "./invitation-token.ts";
import { limits } from "./limits.ts";
import { DisplayName } from "./person.ts";

export const Password = z
  .string()
  .min(limits.passwordCharactersMin, "A password has at least 8 characters.")
  .max(limits.passwordCharactersMax, "A password has at most 256 characters.");

export const SignUp = z.object({
  handle: Handle,
  displayName: DisplayName,
  password: Password,
  /** Where the server takes new accounts by invitation: the token of one. */
  invitation: InvitationToken.optional(),
});
export type SignUp = z.infer<typeof SignUp>;

/** The password here is only bounded: whether it is the right one is the server's word. */
export const SignIn = z.object({
  handle: Handle,
  password: z.string().min(1, "Type your password.").max(limits.passwordCharactersMax),
});
export type SignIn = z.infer<typeof SignIn>;

export const Device = z.object({
  id: DeviceId,
  /** Made from the browser's own words at sign-in: "Firefox on Linux". */
  name: z.string().max(limits.deviceNameCharactersMax),
  /** Unix time in milliseconds. */
  signedInAt: z.number().int(),
  /** Unix time in milliseconds, to the hour: enough to recognise a device, no record of days. */
  lastSeenAt: z.number().int(),
  isThisOne: z.boolean(),
  /** A page of it is connected now: a call shows there. */
  isOpen: z.boolean(),
  /** It is reached by push where no page is open. */
  isNotified: z.boolean(),
  /** Its public key; null until it said so. */
  identityKey: IdentityKey.nullable(),
  /** The server's own note of what it was told. Only the chain says who is linked. */
  isLinked: z.boolean(),
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
