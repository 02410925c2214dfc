import { createHmac, hash, randomBytes } from "node:crypto";
import type { StunCrypto } from "../stun/stun-crypto.ts";

/** The platform's hashes and randomness, as the pure core takes them. */
export const nodeCrypto: StunCrypto = {
  hmacSha1: (key, message) => createHmac("sha1", key).update(message).digest(),
  hmacSha256: (key, message) => createHmac("sha256", key).update(message).digest(),
  md5: (message) => hash("md5", message, "buffer"),
  randomBytes: (length) => randomBytes(length),
};
