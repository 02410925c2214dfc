import { authorityOf, type AcmeSettings } from "./acme-settings.ts";

/** Why there is no certificate. Stable from version to version; docs/operations.md has the table. */
export type AcmeTroubleCode =
  | "acme-account-needed"
  | "acme-busy"
  | "acme-clock"
  | "acme-email-refused"
  | "acme-failed"
  | "acme-name-refused"
  | "acme-no-address"
  | "acme-not-kept"
  | "acme-not-reached"
  | "acme-other-server"
  | "acme-rate-limited"
  | "acme-terms"
  | "acme-unreachable"
  | "acme-untrusted";

/** An attempt that failed, for a person who runs a server and is no network engineer. */
export interface AcmeTrouble {
  readonly code: AcmeTroubleCode;
  /** What happened, in a whole sentence. */
  readonly found: string;
  /** What to do, in whole sentences. */
  readonly todo: string;
  /** What the authority itself said; null where it said nothing. */
  readonly said: string | null;
  /** How long the authority asks to be left alone. */
  readonly retryAfterMs: number;
}

/** RFC 8555 §6.7: what an authority objects to. */
export class AcmeProblem extends Error {
  /** Without the prefix that all of them have, such as `rateLimited`. */
  readonly type: string;
  /** The one whose proof failed, where it was one. */
  readonly domain: string | undefined;
  readonly retryAfterMs: number;

  constructor(
    type: string,
    detail: string,
    more: { domain?: string | undefined; retryAfterMs?: number } = {},
  ) {
    super(detail);
    this.type = type.replace(/^urn:ietf:params:acme:error:/, "");
    this.domain = more.domain;
    this.retryAfterMs = more.retryAfterMs ?? 0;
  }
}

/** A certificate that came and is not good now: mostly the clock of this machine. */
export class CertificateNotGoodError extends Error {}

/** A sentence of somebody else's is cut there. */
const saidCharactersMax = 300;

/** RFC 8555 §6.7, by what the operator has to do about it. */
const codesOfProblems = new Map<string, AcmeTroubleCode>(
  Object.entries({
    dns: "acme-no-address",
    connection: "acme-not-reached",
    unauthorized: "acme-other-server",
    tls: "acme-other-server",
    incorrectResponse: "acme-other-server",
    caa: "acme-name-refused",
    rejectedIdentifier: "acme-name-refused",
    unsupportedIdentifier: "acme-name-refused",
    rateLimited: "acme-rate-limited",
    invalidContact: "acme-email-refused",
    unsupportedContact: "acme-email-refused",
    externalAccountRequired: "acme-account-needed",
    userActionRequired: "acme-terms",
    serverInternal: "acme-busy",
  }),
);

/** What OpenSSL objects to in a certificate, as Node names it. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_/;
const networkFailure = /^(E[A-Z]+|ERR_NETWORK|ERR_CANCELED|UND_ERR_\w+)$/;
/** Errors of files, which stand for a data directory that cannot be written. */
const fileFailure = /^(EACCES|EPERM|ENOSPC|EDQUOT|EROFS|EIO|EISDIR|ENOTDIR|EMFILE|ENFILE)$/;

/** Reads an error of an attempt. */
export function troubleOf(error: unknown, settings: AcmeSettings, port: number): AcmeTrouble {
  const { code: systemCode = "", syscall = "" } = Object(error) as NodeJS.ErrnoException;
  const retryAfterMs = error instanceof AcmeProblem ? error.retryAfterMs : 0;
  const domain = (error instanceof AcmeProblem ? error.domain : undefined) ?? settings.names[0];
  const code = codeOf(error, systemCode, syscall);
  const said = error instanceof AcmeProblem ? printable(error.message) : null;
  const words = sentences[code]({
    authority: authorityOf(settings),
    name: domain ?? "",
    port,
    systemCode,
  });
  return { code, said, retryAfterMs, ...words };
}

function codeOf(error: unknown, systemCode: string, syscall: string): AcmeTroubleCode {
  if (error instanceof AcmeProblem) return codesOfProblems.get(error.type) ?? "acme-failed";
  if (error instanceof CertificateNotGoodError) return "acme-clock";
  if (untrusted.test(systemCode)) return "acme-untrusted";
  if (fileFailure.test(systemCode) && syscall !== "connect") return "acme-not-kept";
  if (networkFailure.test(systemCode)) return "acme-unreachable";
  return "acme-failed";
}

interface Circumstances {
  authority: string;
  name: string;
  port: number;
  systemCode: string;
}

/** For each code what happened, and what to do. */
const sentences: Readonly<
  Record<AcmeTroubleCode, (of: Circumstances) => Pick<AcmeTrouble, "found" | "todo">>
> = {
  "acme-account-needed": ({ authority }) => ({
    found: `${authority} gives certificates only to those who made an account at its web site.`,
    todo: "Ringfence cannot use such an account: remove ACME_DIRECTORY to use Let's Encrypt.",
  }),
  "acme-busy": ({ authority }) => ({
    found: `${authority} has trouble of its own.`,
    todo: "Nothing: it is tried again by itself.",
  }),
  "acme-clock": ({ authority }) => ({
    found: `${authority} gave a certificate that is not good now by the clock of this machine, or not for these names.`,
    todo: "Set the clock, best by a time service (apt install systemd-timesyncd).",
  }),
  "acme-email-refused": ({ authority }) => ({
    found: `${authority} does not take the address in ACME_EMAIL.`,
    todo: "Correct it or remove it, and start again.",
  }),
  "acme-failed": ({ authority }) => ({
    found: `${authority} gave no certificate, for a reason that Ringfence does not know.`,
    todo: "Look at what it said. It is tried again by itself.",
  }),
  "acme-name-refused": ({ authority, name }) => ({
    found: `${authority} gives no certificates for ${name}.`,
    todo: "Look whether the name in ACME_DOMAIN is right, and whether a CAA record of the domain names other authorities alone.",
  }),
  "acme-no-address": ({ authority, name }) => ({
    found: `${authority} finds no address for ${name}.`,
    todo: "Where you manage the domain, make an A record for this name with the IPv4 address of this machine (and an AAAA record only if it has IPv6). It can take an hour until everybody sees it.",
  }),
  "acme-not-kept": ({ systemCode }) => ({
    found: `The certificate cannot be kept in the data directory or read there (${systemCode}).`,
    todo: "Make room there, and look whether this user may read and write all of it. `ringfence doctor` looks closer.",
  }),
  "acme-not-reached": ({ authority, name, port }) => ({
    found: `${authority} could not connect to ${name} on port 443.`,
    todo: `Open port 443 for TCP in the firewall of this machine and at your hoster${forwarded(port)}, and look whether the A and AAAA records of the name lead to this machine.`,
  }),
  "acme-other-server": ({ authority, name, port }) => ({
    found: `${authority} reached something on port 443 of ${name} that is not this server.`,
    todo: `Look whether the A and AAAA records of the name lead to this machine and to no other, and whether another program or a proxy takes port 443${forwarded(port)}. Behind a proxy that speaks HTTPS itself, remove ACME_DOMAIN and set TRUST_PROXY=1.`,
  }),
  "acme-rate-limited": ({ authority }) => ({
    found: `${authority} was asked too often lately, for these names or from this address.`,
    todo: "Wait: it is tried again by itself, and starting again does not hurry it. To try things out, set ACME_DIRECTORY=https://acme-staging-v02.api.letsencrypt.org/directory, whose certificates browsers do not take.",
  }),
  "acme-terms": ({ authority }) => ({
    found: `${authority} has new terms of service, and wants them read first.`,
    todo: "Do what it said, in a browser. It is tried again by itself.",
  }),
  "acme-unreachable": ({ authority, systemCode }) => ({
    found: `${authority} cannot be reached (${systemCode}).`,
    todo: "Look whether this machine has DNS and may connect out to port 443, and whether ACME_DIRECTORY is right.",
  }),
  "acme-untrusted": ({ authority, systemCode }) => ({
    found: `What answers at ${authority} shows a certificate that this machine does not trust (${systemCode}).`,
    todo: "For an authority of your own, name the file with its root certificate in NODE_EXTRA_CA_CERTS. For a public one, something stands between it and this machine, or the clock is wrong.",
  }),
};

/** @internal for the test of its document */
export const acmeTroubleCodes = Object.keys(sentences);

function forwarded(port: number): string {
  return port === 443 ? "" : `, forward it to port ${port} here`;
}

/** In one line, and no more than a person reads. */
function printable(text: string): string {
  const line = text.replaceAll(/\p{C}+/gu, " ").trim();
  return line.length > saidCharactersMax ? `${line.slice(0, saidCharactersMax)} ...` : line;
}
