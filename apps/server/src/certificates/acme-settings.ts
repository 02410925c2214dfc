import { createHash } from "node:crypto";
import { join } from "node:path";

/** How certificates are had of an authority by ACME (RFC 8555). */
export interface AcmeSettings {
  /** DNS names, lower case, the one that people type first. */
  readonly names: readonly string[];
  /** Where the authority may write to; it needs none. */
  readonly email: string | undefined;
  /** RFC 8555 §7.1.1: the one address that leads to all others of the authority. */
  readonly directoryUrl: string;
}

export const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

/** The host of the authority, by which people know it. */
export function authorityOf({ directoryUrl }: AcmeSettings): string {
  return new URL(directoryUrl).host;
}

/**
 * What is kept for one authority. Each has a folder of its own: who tries a testing authority first
 * does not keep its certificate when they change over, nor its account.
 */
export function acmeFolder(dataDirectory: string, { directoryUrl }: AcmeSettings): string {
  const { hostname } = new URL(directoryUrl);
  const mark = createHash("sha256").update(directoryUrl).digest("hex").slice(0, 8);
  return join(dataDirectory, "acme", `${hostname.replaceAll(/[^\w.-]/g, "_")}-${mark}`);
}

/**
 * One file with the key and behind it the chain: replaced as a whole, so that they always belong
 * together.
 */
export function certificateFile(folder: string): string {
  return join(folder, "certificate.pem");
}
