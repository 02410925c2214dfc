import { createECDH } from "node:crypto";

/** RFC 8292 §2: ECDSA over P-256. */
const curve = "prime256v1";
const privateKeyBytes = 32;

/** The pair of keys that this server signs its pushes with, in base64url. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A new private key, in base64url. */
export function makeVapidKey(): string {
  const ecdh = createECDH(curve);
  ecdh.generateKeys();
  // OpenSSL leaves leading zeros out.
  const key = ecdh.getPrivateKey();
  return Buffer.concat([Buffer.alloc(privateKeyBytes - key.length), key]).toString("base64url");
}

/** Whether the text is a private key that `makeVapidKey` could have made. */
export function isVapidKey(text: string): boolean {
  if (Buffer.from(text, "base64url").length !== privateKeyBytes) return false;
  try {
    vapidKeysOf(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws Error the text is no private key of P-256 */
export function vapidKeysOf(privateKey: string): VapidKeys {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.from(privateKey, "base64url"));
  return { privateKey, publicKey: ecdh.getPublicKey("base64url") };
}
