import { X509Certificate, createPrivateKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { connect, getCACertificates } from "node:tls";
import type { Config, TlsFiles } from "../../config.ts";
import { plainHostname } from "../../plain-hostname.ts";
import { originOf } from "../origin-of.ts";
import { doctorLimits } from "./doctor-limits.ts";
import { checkAcme } from "./check-acme.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

const dayMs = 24 * 60 * 60_000;

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The files of the certificate, whether or not a server runs that uses them. */
export function checkCertificateFiles(config: Config): Finding[] {
  const { tls, acme } = config;
  if (tls === undefined) return [];
  if (acme !== undefined) {
    const trouble = checkAcme(acme, config.dataDirectory, Date.now());
    if (trouble.length > 0) return trouble;
  }
  const chain = readChain(tls);
  if ("level" in chain) return [chain];
  const [own, issuer] = chain.certificates;
  if (own === undefined) {
    return [
      fault(
        "certificate",
        `${tls.certificatePath} holds no certificate.`,
        "It is a PEM file, with your certificate first.",
      ),
    ];
  }
  if (!own.checkPrivateKey(chain.key)) {
    return [
      fault(
        "certificate",
        `The key in ${tls.keyPath} does not belong to the certificate in ${tls.certificatePath}.`,
        "Name the two files that were issued together.",
      ),
    ];
  }
  const name = plainHostname(new URL(originOf(config)).hostname);
  const found = [
    ...judgeTime(own, acme !== undefined),
    ...judgeName(own, name),
    ...judgeChain(own, issuer),
  ];
  if (found.length > 0) return found;
  return [
    good(
      "certificate",
      `The one in ${tls.certificatePath} is for ${name}, until ${dateOf(own.validToDate)}.`,
    ),
  ];
}

interface Chain {
  certificates: X509Certificate[];
  key: ReturnType<typeof createPrivateKey>;
}

function readChain({ certificatePath, keyPath }: TlsFiles): Chain | Finding {
  let path = certificatePath;
  try {
    const blocks = readFileSync(certificatePath, "utf8").match(certificateBlock) ?? [];
    const certificates = blocks.map((block) => new X509Certificate(block));
    path = keyPath;
    return { certificates, key: createPrivateKey(readFileSync(keyPath)) };
  } catch (error) {
    const { code = "not PEM" } = error as NodeJS.ErrnoException;
    return fault(
      "certificate",
      `${path} cannot be read (${code}).`,
      "TLS_CERT and TLS_KEY are PEM files that the user of this server may read.",
    );
  }
}

/** @param isRenewed by this server: then an end that is near is no news */
function judgeTime({ validFromDate, validToDate }: X509Certificate, isRenewed = false): Finding[] {
  const now = Date.now();
  const daysLeft = Math.floor((validToDate.getTime() - now) / dayMs);
  if (validToDate.getTime() < now) return [expired(dateOf(validToDate))];
  if (validFromDate.getTime() > now) {
    return [
      fault(
        "certificate",
        `It is not good before ${dateOf(validFromDate)}.`,
        "If that day is past, the clock of this machine is wrong: set it.",
      ),
    ];
  }
  if (isRenewed || daysLeft >= doctorLimits.certificateDaysLeftGood) return [];
  return [
    warning(
      "certificate",
      `It ends in ${daysLeft} days, on ${dateOf(validToDate)}.`,
      "Renew it, and look why that does not happen by itself. A running server takes new files at once.",
    ),
  ];
}

function expired(on: string): Finding {
  return fault(
    "certificate",
    `It expired on ${on}: browsers warn, and open no calls.`,
    "Renew it. A running server takes new files at once.",
  );
}

function judgeName(certificate: X509Certificate, name: string): Finding[] {
  const isFor = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  if (isFor !== undefined) return [];
  return [otherName(name, certificate.subjectAltName ?? certificate.subject)];
}

function otherName(name: string, names: string): Finding {
  return fault(
    "certificate",
    `It is not for ${name}, but for ${names.replaceAll("\n", ", ")}.`,
    "Get one for the name in PUBLIC_ORIGIN, or correct PUBLIC_ORIGIN.",
  );
}

/** Browsers follow a chain only as far as the server gives it. */
function judgeChain(own: X509Certificate, issuer: X509Certificate | undefined): Finding[] {
  const isSelfSigned = own.checkIssued(own);
  if (isSelfSigned || (issuer !== undefined && own.checkIssued(issuer))) return [];
  const isKnown = trusted().some((pem) => own.checkIssued(new X509Certificate(pem)));
  if (isKnown) return [];
  return [
    fault(
      "certificate",
      "The certificates between it and the one that browsers know are missing from the file.",
      "Name the file with the whole chain in TLS_CERT: fullchain.pem, not cert.pem.",
    ),
  ];
}

/** What Node knows, what the system does, and what NODE_EXTRA_CA_CERTS adds. */
function trusted(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

/**
 * The certificate that people's browsers are shown, by this server or by the proxy before it.
 *
 * @param isReached whether anything answers there
 */
export async function checkPresentedCertificate(
  config: Config,
  isReached: boolean,
): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(originOf(config));
  if (protocol !== "https:" || !isReached) return [];
  // Without one there is nothing to present, and a line for it stands already.
  if (config.acme !== undefined && !hasFile(config.tls)) return [];
  const name = plainHostname(hostname);
  const shown = await fetchCertificate(name, Number(port || 443));
  const found = judgePresented(name, shown, config.acme !== undefined);
  // What the file says already needs no second line.
  if (config.tls !== undefined && found.level === "good") return [];
  if (checkCertificateFiles(config).some(({ found: said }) => said === found.found)) return [];
  return [found];
}

function hasFile(tls: TlsFiles | undefined): boolean {
  return tls !== undefined && existsSync(tls.certificatePath);
}

interface Presented {
  certificate: X509Certificate | undefined;
  /** Why a browser would not trust it; undefined where it would. */
  why: string | undefined;
}

async function fetchCertificate(name: string, port: number): Promise<Presented> {
  const ended = Promise.withResolvers<Presented>();
  const socket = connect({
    host: name,
    port,
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: false,
    ca: trusted(),
    timeout: doctorLimits.answerTimeoutMs,
  });
  const fail = (why: string) => ended.resolve({ certificate: undefined, why });
  socket.on("secureConnect", () => {
    const certificate = socket.getPeerX509Certificate();
    const { authorizationError } = socket;
    const why = socket.authorized ? undefined : String(authorizationError);
    ended.resolve({ certificate, why });
  });
  socket.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  socket.on("timeout", () => fail("ETIMEDOUT"));
  const presented = await ended.promise;
  socket.destroy();
  return presented;
}

function judgePresented(
  name: string,
  { certificate, why }: Presented,
  isRenewed: boolean,
): Finding {
  if (certificate === undefined) {
    return fault(
      "certificate",
      `No TLS connection can be made (${why}).`,
      "Look whether what listens at PUBLIC_ORIGIN speaks TLS, and its own log.",
    );
  }
  switch (why) {
    case undefined:
      return (
        judgeTime(certificate, isRenewed)[0] ??
        good(
          "certificate",
          `Browsers are shown one for ${name}, until ${dateOf(certificate.validToDate)}.`,
        )
      );
    case "CERT_HAS_EXPIRED":
      return judgeTime(certificate)[0] ?? expired("a day in its chain");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
    case "Hostname/IP does not match certificate's altnames":
      return otherName(name, certificate.subjectAltName ?? certificate.subject);
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return fault(
        "certificate",
        "It is signed by itself or by an authority that browsers do not know: they warn, and many open no calls.",
        "Get one from an authority that browsers know, such as Let's Encrypt. On your own machines you can make them know it.",
      );
    default:
      return fault(
        "certificate",
        `Browsers cannot follow it to an authority that they know (${why}).`,
        "Give the whole chain: fullchain.pem, not cert.pem.",
      );
  }
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
