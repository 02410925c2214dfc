import { existsSync } from "node:fs";
import { AcmeFolder, type LastFailure } from "../../certificates/acme-folder.ts";
import { type AcmeSettings, acmeFolder, authorityOf } from "../../certificates/acme-settings.ts";
import { renewalAt } from "../../certificates/renewal.ts";
import { type Finding, fault, warning } from "./finding.ts";

/**
 * What the server that gets its certificate itself says of the last time it tried.
 *
 * @returns nothing where there is a certificate and no trouble
 */
export function checkAcme(acme: AcmeSettings, dataDirectory: string, now: number): Finding[] {
  const path = acmeFolder(dataDirectory, acme);
  const folder = new AcmeFolder(path);
  const certificate = folder.certificate();
  const failure = folder.lastFailure();
  if (certificate === undefined) {
    if (existsSync(folder.certificatePath)) return [];
    return [failure === undefined ? neverAsked(acme) : none(failure)];
  }
  // With the lifetimes that there are, nothing else tells early from late.
  const isLate = renewalAt(certificate, 0) < now;
  if (failure === undefined || !isLate) return [];
  const until = certificate.validToDate.toISOString().slice(0, 10);
  return [
    warning(
      "certificate",
      `It ends on ${until}, and cannot be renewed: ${said(failure)}`,
      todo(failure),
    ),
  ];
}

function neverAsked(acme: AcmeSettings): Finding {
  return fault(
    "certificate",
    `There is none yet, and ${authorityOf(acme)} was not asked.`,
    "Start the server: it asks by itself, and takes some seconds. Then run this command again.",
  );
}

function none(failure: LastFailure): Finding {
  return fault("certificate", `There is none yet: ${said(failure)}`, todo(failure));
}

function said({ found, said: theirs, code }: LastFailure): string {
  return theirs === null ? `${found} (${code})` : `${found} It said: ${theirs} (${code})`;
}

function todo(failure: LastFailure): string {
  const at = new Date(failure.triesAgainAt).toLocaleTimeString("en-GB", { timeStyle: "short" });
  return `${failure.todo} It is tried again at ${at}, and at the next start.`;
}
