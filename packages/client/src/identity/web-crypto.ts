import type { Bytes, DeviceSigner, EndToEndCrypto } from "@ringfence/e2ee";
import type { IdentityRecord } from "../vault/vault.ts";

/** The platform's cryptography. Browsers have it on pages that came over HTTPS, or from this machine. */
export const webCrypto: EndToEndCrypto = {
  sha256: async (message) => new Uint8Array(await crypto.subtle.digest("SHA-256", message)),
  async hkdfSha256(input, info, length) {
    const key = await crypto.subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
    const salt = new Uint8Array(0);
    const algorithm = { name: "HKDF", hash: "SHA-256", salt, info };
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8));
  },
  async verifyEd25519(publicKey, signature, message) {
    try {
      const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, signature, message);
    } catch {
      return false;
    }
  },
};

/** @throws where the browser has no Ed25519, or no cryptography on such a page */
export async function makeIdentity(): Promise<IdentityRecord> {
  const keys = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new TypeError("Ed25519 makes pairs");
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
  return { keys, publicKey };
}

export function signerOf({ keys, publicKey }: IdentityRecord): DeviceSigner {
  return {
    publicKey,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", keys.privateKey, message)),
  };
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
