import { X509Certificate, createHash } from "node:crypto";
import { firstCertificate } from "../../apps/server/src/http/test-certificates.ts";

/** The certificate of servers in these tests, for `localhost`, signed by itself. PEM. */
export const testCertificate = firstCertificate;

/** SHA-256 of the certificate's key, by which Chromium is told to believe it. */
export function certificatePin(): string {
  const { publicKey } = new X509Certificate(testCertificate.certificate);
  const key = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
