import type { NewPasskey, PasskeyAssertion } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import type { ChallengePurpose, Challenges } from "./challenges.ts";
import type { PasskeyKey } from "./passkeys.ts";

/** Where a passkey of this server may have been used. */
export interface RelyingParty {
  /** The host name that passkeys belong to (WebAuthn §4). */
  readonly id: string;
  /** Of pages; never empty. */
  readonly origins: readonly string[];
}

/** What a browser was asked, and where. */
export interface Asked {
  readonly challenges: Challenges;
  readonly purpose: ChallengePurpose;
  readonly relyingParty: RelyingParty;
}

/**
 * EdDSA, ES256 and RS256 (RFC 8812 §2), the one wanted most first: what authenticators have had
 * for years.
 */
export const passkeyAlgorithms: readonly number[] = [-8, -7, -257];

/**
 * Whether the passkey signed what it was asked, here, by a person that it recognised.
 *
 * @returns its counter
 * @throws RefusedError `passkey-refused`
 */
export async function verifyAssertion(
  assertion: PasskeyAssertion,
  key: PasskeyKey,
  asked: Asked,
): Promise<number> {
  const { verifyAuthenticationResponse } = await library();
  return once(asked, async (expected) => {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...expected,
      response: { ...assertion, clientExtensionResults: {} },
      credential: {
        id: key.credentialId,
        publicKey: Buffer.from(key.publicKey, "base64url"),
        counter: key.counter,
      },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  });
}

/**
 * The key of a passkey that was made here just now, by a person that it recognised.
 *
 * @throws RefusedError `passkey-refused`
 */
export async function verifyNewPasskey(passkey: NewPasskey, asked: Asked): Promise<PasskeyKey> {
  const { verifyRegistrationResponse } = await library();
  return once(asked, async (expected) => {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...expected,
      response: { ...passkey, clientExtensionResults: {} },
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    });
    if (!verified) return undefined;
    const { id, publicKey, counter } = registrationInfo.credential;
    return { credentialId: id, publicKey: Buffer.from(publicKey).toString("base64url"), counter };
  });
}

export function passkeyRefused(): RefusedError {
  return new RefusedError(
    "passkey-refused",
    "This passkey does not open anything here, or it took too long. Try again, or use your password.",
  );
}

/** Lets something be verified whose challenge is open, and uses the challenge up where it is. */
async function once<T>(
  { challenges, purpose, relyingParty }: Asked,
  verify: (expected: Expected) => Promise<T | undefined>,
): Promise<T> {
  let signed = "";
  const verified = await verify({
    expectedChallenge(challenge) {
      signed = challenge;
      return challenges.isOpen(challenge, purpose);
    },
    expectedOrigin: [...relyingParty.origins],
    expectedRPID: relyingParty.id,
    requireUserVerification: true,
  }).catch(() => undefined); // The library throws for whatever does not fit, a stranger's nonsense too.
  if (verified === undefined || !challenges.use(signed, purpose)) throw passkeyRefused();
  return verified;
}

interface Expected {
  expectedChallenge: (challenge: string) => boolean;
  expectedOrigin: string[];
  expectedRPID: string;
  requireUserVerification: boolean;
}

/** Takes 170 ms and 27 MB, so it is loaded by the first passkey and not by every start. */
function library() {
  return import("@simplewebauthn/server");
}
