import { z } from "zod";
import { PasskeyId } from "./id.ts";
import { limits } from "./limits.ts";
import { shortText } from "./short-text.ts";

const base64url = (charactersMax: number) => z.base64url().min(1).max(charactersMax);

const CredentialId = base64url(limits.credentialIdCharactersMax);
const clientDataJSON = base64url(limits.clientDataCharactersMax);
const credentialReference = z.object({ type: z.literal("public-key"), id: CredentialId });

export const PasskeyName = shortText(limits.passkeyNameCharactersMax).refine(
  (name) => name !== "",
  "A passkey has a name of at least one character.",
);

/** A passkey of the own account, for its list. */
export const Passkey = z.object({
  id: PasskeyId,
  name: PasskeyName,
  /** Unix time in milliseconds. */
  addedAt: z.number().int(),
  /** To the hour; null: not used yet. */
  lastUsedAt: z.number().int().nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

/**
 * What a browser is asked for a passkey with: the options of `navigator.credentials.get` in
 * WebAuthn's JSON form. It names no account and no passkey: the person picks one.
 */
export const PasskeyRequest = z.object({
  challenge: z.base64url(),
  rpId: z.string(),
  userVerification: z.literal("required"),
  timeout: z.number().int(),
});
export type PasskeyRequest = z.infer<typeof PasskeyRequest>;

/** What a browser makes a passkey from: the options of `navigator.credentials.create`. */
export const NewPasskeyOptions = z.object({
  challenge: z.base64url(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.base64url(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.number().int() })),
  timeout: z.number().int(),
  attestation: z.literal("none"),
  excludeCredentials: z.array(credentialReference),
  authenticatorSelection: z.object({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification: z.literal("required"),
  }),
});
export type NewPasskeyOptions = z.infer<typeof NewPasskeyOptions>;

/** What a browser gives for `PasskeyRequest`: WebAuthn's `AuthenticationResponseJSON`. */
export const PasskeyAssertion = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(limits.authenticatorDataCharactersMax),
    signature: base64url(limits.passkeySignatureCharactersMax),
    /** The account, by the passkey's own word. One that is picked without a handle has it. */
    userHandle: base64url(limits.userHandleCharactersMax),
  }),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

/** What a browser gives for `NewPasskeyOptions`: WebAuthn's `RegistrationResponseJSON`. */
export const NewPasskey = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(limits.attestationCharactersMax),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;
