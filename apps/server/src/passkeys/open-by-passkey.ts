import type { PasskeyAssertion } from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";
import type { Challenges } from "./challenges.ts";
import { type FoundPasskey, findPasskey } from "./passkeys.ts";
import { relyingPartyOf } from "./relying-party.ts";
import { passkeyRefused, verifyAssertion } from "./verify-passkey.ts";

interface OpeningParts {
  readonly store: { readonly db: Reader };
  readonly challenges: Challenges;
}

/**
 * The passkey that was just used, and what its authenticator counts now: to be written down by
 * `notePasskeyUse` with whatever it opens.
 *
 * @throws RefusedError `passkey-refused`, in the same words whatever does not fit
 */
export async function openByPasskey(
  { store, challenges }: OpeningParts,
  assertion: PasskeyAssertion,
  origins: readonly string[],
): Promise<{ passkey: FoundPasskey; counter: number }> {
  const passkey = await findPasskey(store.db, assertion.id);
  if (passkey === undefined) throw passkeyRefused();
  // WebAuthn §7.2 step 6: the account by the passkey's own word has to be the one it is kept for.
  const userHandle = Buffer.from(assertion.response.userHandle, "base64url").toString();
  if (userHandle !== passkey.account) throw passkeyRefused();
  const counter = await verifyAssertion(assertion, passkey, {
    challenges,
    purpose: { for: "opening" },
    relyingParty: relyingPartyOf(origins),
  });
  return { passkey, counter };
}
