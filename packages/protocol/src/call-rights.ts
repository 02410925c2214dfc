import { z } from "zod";
import { Grant } from "./grant.ts";
import { limits } from "./limits.ts";
import { Person } from "./person.ts";
import { RefusedReason, RingReason } from "./ring-reason.ts";
import { Handle } from "./handle.ts";
import { shortText } from "./short-text.ts";

/** One line of *Who can ring you right now*. */
export const MayRing = z.object({
  person: Person,
  reason: RingReason,
  /** Unix time in milliseconds when this reason ends by itself; null where it does not. */
  until: z.number().int().nullable(),
  mayBreakThrough: z.boolean(),
});
export type MayRing = z.infer<typeof MayRing>;

export const PersonWithGrant = z.object({ person: Person, grant: Grant });
export type PersonWithGrant = z.infer<typeof PersonWithGrant>;

/** Somebody tried to ring and was not allowed to. One line a person. */
export const RefusedAttempt = z.object({
  person: Person,
  /** Of the latest attempt. */
  reason: RefusedReason,
  count: z.number().int().positive(),
  /** Unix time in milliseconds of the latest attempt. */
  lastAt: z.number().int(),
});
export type RefusedAttempt = z.infer<typeof RefusedAttempt>;

/** Who gains or loses the right to ring by a change of settings. */
const PeopleConcerned = z.object({
  count: z.number().int().nonnegative(),
  /** The first few of them, by handle. */
  first: z.array(Person).max(limits.previewNamesMax),
});

export const SettingsPreview = z.object({ gained: PeopleConcerned, lost: PeopleConcerned });
export type SettingsPreview = z.infer<typeof SettingsPreview>;

/**
 * Handles as they were read from a file or a list. Those that nobody here has, that cannot be a
 * handle, or whose owner this account blocked come back as they were written. The account's own is
 * passed over.
 */
export const AddressBookImport = z.object({
  handles: z.array(z.string().max(100)).min(1).max(limits.addressBookImportMax),
  /** Adds nobody: the answer says who would be added. */
  isTrial: z.boolean().default(false),
});
export type AddressBookImport = z.infer<typeof AddressBookImport>;
export const AddressBookImported = z.object({
  added: z.array(Person),
  alreadyThere: z.array(Person),
  notHere: z.array(z.string()),
});
export type AddressBookImported = z.infer<typeof AddressBookImported>;

/** For whoever runs this server. */
export const NewReport = z.object({
  handle: Handle,
  about: z.enum(["attempt", "person"]),
  text: shortText(limits.reportCharactersMax),
});
export type NewReport = z.infer<typeof NewReport>;
