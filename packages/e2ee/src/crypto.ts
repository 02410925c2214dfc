import type { Bytes } from "./bytes.ts";

/** What the platform's cryptography does for this package. WebCrypto has all of it. */
export interface EndToEndCrypto {
  /** FIPS 180-4 §6.2: 32 bytes. */
  sha256(message: Bytes): Promise<Bytes>;
  /** RFC 5869 with SHA-256 and no salt. */
  hkdfSha256(input: Bytes, purpose: Bytes, length: number): Promise<Bytes>;
  /**
   * RFC 8032 §5.1.7. False also where the key or the signature is no such thing.
   *
   * @param publicKey 32 bytes
   * @param signature 64 bytes
   */
  verifyEd25519(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<boolean>;
}

/** A device's own identity key. The private half never leaves where it was made. */
export interface DeviceSigner {
  /** Ed25519: 32 bytes. */
  readonly publicKey: Bytes;
  /** @returns an Ed25519 signature of 64 bytes */
  sign(message: Bytes): Promise<Bytes>;
}

export const hashBytes = 32;
export const publicKeyBytes = 32;
