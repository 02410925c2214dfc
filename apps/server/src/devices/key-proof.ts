import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { type IdentityKey, identityKeyProof } from "@ringfence/protocol";
import type { Login } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";

/**
 * A device must have the key that it says is its own.
 *
 * @param proof base64url: the key's signature of `identityKeyProof`
 * @throws RefusedError `malformed`
 */
export function requireKeyProof(
  { account, device }: Login,
  { identityKey, proof }: { identityKey: IdentityKey; proof: string },
): void {
  const key = readKey(identityKey);
  const signed = Buffer.from(identityKeyProof(account, device), "ascii");
  if (key !== null && verify(null, signed, key, Buffer.from(proof, "base64url"))) return;
  throw new RefusedError(
    "malformed",
    "This device did not show that the key is its own. Reload the page and try again.",
    { field: "proof" },
  );
}

/** Null where the bytes are no key. */
function readKey(identityKey: IdentityKey): KeyObject | null {
  try {
    const key = { kty: "OKP", crv: "Ed25519", x: identityKey };
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return null;
  }
}
