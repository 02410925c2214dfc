import { asciiBytes, type Bytes } from "../bytes.ts";
import type { DeviceSigner, EndToEndCrypto } from "../crypto.ts";

const { subtle } = globalThis.crypto;

/** The platform's own cryptography, as the browser's half has it. */
export const webCrypto: EndToEndCrypto = {
  sha256: async (message) => new Uint8Array(await subtle.digest("SHA-256", message)),
  async hkdfSha256(input, info, length) {
    const key = await subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
    const salt = new Uint8Array(0);
    const algorithm = { name: "HKDF", hash: "SHA-256", salt, info };
    return new Uint8Array(await subtle.deriveBits(algorithm, key, length * 8));
  },
  async verifyEd25519(publicKey, signature, message) {
    try {
      const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", key, signature, message);
    } catch {
      return false;
    }
  },
};

export async function makeDevice(): Promise<DeviceSigner> {
  const pair = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("Ed25519 makes pairs");
  return {
    publicKey: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)),
    sign: async (message) => new Uint8Array(await subtle.sign("Ed25519", pair.privateKey, message)),
  };
}

/** Bytes of a test's own choosing, all alike. */
export function filled(length: number, value: number): Bytes {
  return new Uint8Array(length).fill(value);
}

/** Bytes that differ in one bit. */
export function flipped(bytes: Bytes, bit: number): Bytes {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** SHA-256 of a text that stands for a description. */
export function hashOf(text: string): Promise<Bytes> {
  return webCrypto.sha256(asciiBytes(text));
}
