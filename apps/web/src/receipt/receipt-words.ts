import type { Breach, Receipt, TrustLevel } from "@ringfence/client";
import { dateWords, dayMs, timeOfDay } from "../conversations/time-words.ts";

type Shown = Receipt["shown"][number];

/** The other one of the two. */
export function otherOf({ call }: Receipt): string {
  return call.madeBy === "caller" ? call.callee : call.caller;
}

/** What was not as promised, and what to do. */
export function breachWords(breach: Breach, handle: string): string {
  switch (breach) {
    case "address-shown":
      return `This call was to hide your address, and the device of @${handle} could have seen the one below. Tell whoever runs this server.`;
    case "not-relayed":
      return "This call was to go through the relay, and did not. Tell whoever runs this server.";
    case "another-certificate":
      return `Your browser spoke with a certificate that @${handle} did not sign: somebody else may have listened. Ask @${handle} another way, and do not rely on this call.`;
    case "different-emoji":
      return `You compared emoji with @${handle} in this call, and they differed: somebody may have been in between, and may have heard what was said. Ask @${handle} another way, and do not rely on this call.`;
    case "untrusted":
      return `Something that was signed for this call did not fit, so the call was ended. Ask @${handle} another way what happened.`;
  }
}

/** Each address once, with what it is to the person whose address it is. */
export function shownAddresses({ shown }: Receipt): { address: string; words: string }[] {
  const byAddress = new Map<string, Shown>();
  // What the network outside calls this device says more than what it calls itself.
  for (const each of shown.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    if (!byAddress.has(each.address)) byAddress.set(each.address, each);
  }
  return [...byAddress].map(([address, { type }]) => ({ address, words: addressWords(type) }));
}

function rankOf({ type }: Shown): number {
  return ["srflx", "prflx", "host"].indexOf(type);
}

function addressWords(type: Shown["type"]): string {
  switch (type) {
    case "srflx":
      return "your internet address";
    case "prflx":
      return "an address of yours that showed on the way";
    case "host":
      return "this device's address in its own network";
  }
}

/** What the other's device could have learned of where this one is. */
export function seenWords(receipt: Receipt): string {
  const handle = otherOf(receipt);
  if (receipt.shown.length > 0) {
    return receipt.call.route === "direct"
      ? `The two of you had allowed direct calls. The device of @${handle} could have seen:`
      : `The device of @${handle} could have seen:`;
  }
  if (receipt.call.route === "direct") {
    return "The two of you had allowed direct calls. This browser tells of no address of yours that went out.";
  }
  if (receipt.paths.length === 0) return `No address of yours went to the device of @${handle}.`;
  return isRelayedThroughout(receipt)
    ? `No address of yours. To the device of @${handle} you were at the relay's.`
    : "No address of yours that this browser tells of.";
}

/** The ways that sound and picture really took. */
export function routeWords(receipt: Receipt): string {
  const { call, paths } = receipt;
  const [first, ...rest] = paths;
  if (first === undefined) return "No connection came about, so nothing was sent.";
  if (!isRelayedThroughout(receipt)) {
    const isMixed = paths.some(isRelayed);
    if (!isMixed) return "Directly between your two devices.";
    const direct = paths.find((path) => !isRelayed(path));
    const since = direct === undefined ? "" : ` from ${timeOfDay(direct.since)} on`;
    return `Through the relay at times, and directly between your two devices${since}.`;
  }
  const over = rest.some(({ relayProtocol }) => relayProtocol !== first.relayProtocol)
    ? ""
    : overWords(first.relayProtocol);
  const relayed = `Through the relay, all the way${over}.`;
  return call.route === "direct" ? `${relayed} No direct way was found.` : relayed;
}

function overWords(protocol: Receipt["paths"][number]["relayProtocol"]): string {
  return protocol === null ? "" : `, which you reached over ${protocol.toUpperCase()}`;
}

function isRelayedThroughout({ paths }: Receipt): boolean {
  return paths.every(isRelayed);
}

function isRelayed({ own, other }: Receipt["paths"][number]): boolean {
  return own === "relay" || other === "relay";
}

/** What the browser tells of the encryption, and nothing that it does not tell. */
export function encryptionWords(receipt: Receipt, breaches: readonly Breach[]): string[] {
  const { encryption, paths, descriptions, other, leftOut } = receipt;
  if (paths.length === 0 && encryption.length === 0) return ["Nothing was sent."];
  const words = ["End-to-end, between your two browsers."];
  const told = encryption.at(-1);
  if (told === undefined) {
    words.push("This browser tells no more of it.");
  } else {
    const version = told.dtlsVersion === null ? "" : `DTLS ${told.dtlsVersion}`;
    const parts = [version, told.dtlsCipher, told.srtpCipher].filter((part) => Boolean(part));
    if (parts.length > 0) words.push(`${parts.join(", ")}.`);
    words.push("This browser does not tell which key exchange it used.");
  }
  const theirs = descriptions.filter(({ by }) => by === "other").length;
  // Of what was left out, one may have been signed that is not here.
  const isCertificateSigned =
    told?.otherCertificate != null &&
    leftOut === 0 &&
    other.fault !== "certificate" &&
    !breaches.includes("another-certificate");
  if (theirs > 0) words.push(signedWords(theirs, isCertificateSigned));
  return words;
}

function signedWords(count: number, isCertificateSigned: boolean): string {
  const signed =
    count === 1
      ? "What the other device said of its connection was signed, and checked before it was used."
      : `All ${count} times that the other device spoke of its connection it was signed, and checked before it was used.`;
  return isCertificateSigned ? `${signed} The certificate was the one that was signed.` : signed;
}

/** Whose device it was, as far as this one knows. */
export function whoWords({ other, call }: Receipt): string {
  const handle = call.madeBy === "caller" ? call.callee : call.caller;
  if (other.fault === "different-emoji") {
    return `You compared the emoji in this call, and they differed. Whose device it was, nobody knows until you have asked @${handle}.`;
  }
  if (other.isComparedHere) return "You compared the emoji in this call, and they matched.";
  if (other.trust === null) {
    return other.device === null
      ? `No device of @${handle} took part.`
      : "Whose device it was, you had not decided.";
  }
  return levelWords(other.trust, handle);
}

function levelWords(level: NonNullable<TrustLevel>, handle: string): string {
  switch (level) {
    case "compared":
      return `A device of @${handle} with which you had compared emoji before.`;
    case "linked-to-compared":
      return `A device that @${handle} linked to one with which you had compared emoji.`;
    case "not-compared":
      return `The device that this browser knows as @${handle}. You never compared emoji with it.`;
    case "changed":
      return `Not a device of @${handle} that you knew. You called anyway.`;
  }
}

/**
 * What the server keeps of the call.
 *
 * @param days for how long this account's record of a call is kept; null where that is not known
 */
export function keptWords({ call: { begunAt } }: Receipt, days: number | null): string[] {
  return [
    recordWords(begunAt, days),
    "For the rules of ringing it also remembers that you rang each other, for 25 hours, and when you last did, for half a year.",
    "No address, no sound, no picture, and not this receipt.",
  ];
}

function recordWords(begunAt: number, days: number | null): string {
  const record = "That you two called, when, how long, of which kind and how it ended";
  const theirs = "in the other’s record for as long as they chose";
  if (days === 0) return `${record}: not in your record, where you keep no calls; ${theirs}.`;
  const time =
    days === null
      ? "for as long as your settings say"
      : `until ${dateWords(begunAt + days * dayMs)}`;
  return `${record}: in your record ${time}, ${theirs}.`;
}
