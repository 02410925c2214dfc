/**
 * The keyed hashes and the randomness that the pure core needs. The shell gives the platform's own;
 * a test gives them with random bytes that it chose.
 */
export interface StunCrypto {
  /** RFC 2104 with SHA-1: 20 bytes. */
  hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** RFC 2104 with SHA-256: 32 bytes. */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** RFC 1321: 16 bytes. RFC 8489 §9.2.2 makes keys with it. */
  md5(message: Uint8Array): Uint8Array;
  randomBytes(length: number): Uint8Array;
}
