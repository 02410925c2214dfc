import type { Receipt } from "./receipt.ts";
import { signedCertificates } from "./receipt-transcripts.ts";

/** What was not as promised. */
export type Breach =
  /** The call was relayed, and the other's device could have seen an address of this side. */
  | "address-shown"
  /** The call was relayed, and media went by another way. */
  | "not-relayed"
  /** The browser spoke with another certificate than the one that was signed. */
  | "another-certificate"
  /** The two compared, and this side's person saw other emoji. */
  | "different-emoji"
  /** What the other side said of itself did not fit, and the call was ended. */
  | "untrusted";

export function breachesOf(receipt: Receipt): Breach[] {
  const { call, shown, paths, other } = receipt;
  const isRelayed = call.route === "relayed";
  const breaches: [Breach, boolean][] = [
    ["address-shown", isRelayed && shown.length > 0],
    ["not-relayed", isRelayed && paths.some(({ own }) => own !== "relay")],
    ["another-certificate", unsignedCertificates(receipt).length > 0],
    ["different-emoji", other.fault === "different-emoji"],
    ["untrusted", other.fault !== null && other.fault !== "different-emoji"],
  ];
  return breaches.filter(([, isSo]) => isSo).map(([breach]) => breach);
}

/** Certificates that were used and that no description of this receipt signed. */
export function unsignedCertificates(receipt: Receipt): string[] {
  // What signed one of them may be among what was left out.
  if (receipt.leftOut > 0) return [];
  const signed = signedCertificates(receipt);
  return receipt.encryption.flatMap(({ ownCertificate, otherCertificate }) => {
    const strangers = [];
    if (ownCertificate !== null && !signed.own.includes(ownCertificate)) {
      strangers.push(ownCertificate);
    }
    if (otherCertificate !== null && !signed.other.includes(otherCertificate)) {
      strangers.push(otherCertificate);
    }
    return strangers;
  });
}
