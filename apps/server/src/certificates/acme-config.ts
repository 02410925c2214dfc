import { z } from "zod";
import type { TrustProxy } from "../http/trusted-proxy.ts";
import { serverLimits } from "../limits.ts";
import { type AcmeSettings, letsEncrypt } from "./acme-settings.ts";

/** RFC 1123 §2.1, with a dot at least: no authority gives certificates for a name of one's own network. */
const dnsName = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])$/;

/** The settings as they stand in the environment. */
export const acmeShape = {
  ACME_DOMAIN: z
    .string()
    .transform((text) => [...new Set(text.split(",").map((name) => name.trim().toLowerCase()))])
    .refine(
      (names) =>
        names.length <= serverLimits.acmeNamesMax && names.every((name) => dnsName.test(name)),
      `ACME_DOMAIN is the name that people type, such as calls.example.org, or up to ${serverLimits.acmeNamesMax} with commas. Addresses and names with * get no certificate this way.`,
    )
    .optional(),
  ACME_EMAIL: z
    .string()
    .regex(/^[^\s@,?]+@[^\s@,?]+$/, "ACME_EMAIL is one address of yours, such as you@example.org.")
    .optional(),
  ACME_DIRECTORY: z
    .string()
    .refine(
      (text) => URL.canParse(text) && new URL(text).protocol === "https:",
      `ACME_DIRECTORY is the address of an authority's directory, such as ${letsEncrypt}`,
    )
    .transform((text) => new URL(text).href)
    .optional(),
};

interface ReadSettings {
  readonly ACME_DOMAIN?: readonly string[] | undefined;
  readonly ACME_EMAIL?: string | undefined;
  readonly ACME_DIRECTORY?: string | undefined;
  readonly PUBLIC_ORIGIN?: string | undefined;
  readonly TRUST_PROXY: TrustProxy;
}

export function acmeSettingsOf(settings: ReadSettings): AcmeSettings | undefined {
  if (settings.ACME_DOMAIN === undefined) return undefined;
  return Object.freeze({
    names: Object.freeze([...settings.ACME_DOMAIN]),
    email: settings.ACME_EMAIL,
    directoryUrl: settings.ACME_DIRECTORY ?? letsEncrypt,
  });
}

/** @returns a sentence for each setting that does not go with the others */
export function acmeContradictions(
  settings: ReadSettings,
  given: Readonly<Record<string, string | undefined>>,
): string[] {
  const { ACME_DOMAIN: names, PUBLIC_ORIGIN: origin } = settings;
  if (names === undefined) {
    return ["ACME_EMAIL", "ACME_DIRECTORY"]
      .filter((name) => given[name] !== undefined)
      .map((name) => `${name} does nothing without ACME_DOMAIN: set that too, or remove it.`);
  }
  const found: string[] = [];
  if (given["TLS_CERT"] !== undefined || given["TLS_KEY"] !== undefined) {
    found.push(
      "ACME_DOMAIN gets a certificate by itself: remove TLS_CERT and TLS_KEY, or remove it.",
    );
  }
  if (settings.TRUST_PROXY !== false) {
    found.push(
      "ACME_DOMAIN is for a server that people reach without a reverse proxy: remove it and let the proxy have the certificate, or remove TRUST_PROXY.",
    );
  }
  if (given["NATS_URL"] !== undefined) {
    found.push(
      "ACME_DOMAIN is for one server: an authority would come to any of several. Remove it, and put a reverse proxy with the certificate before them.",
    );
  }
  if (origin !== undefined && !names.includes(new URL(origin).hostname)) {
    found.push(
      `PUBLIC_ORIGIN=${origin} has a name that is not in ACME_DOMAIN: browsers would warn. Add it there, or remove PUBLIC_ORIGIN.`,
    );
  }
  return found;
}
