import type { ContactFile } from "@ringfence/client";
import { type AddressBookImported, limits } from "@ringfence/protocol";

/** Names in one line: more of them nobody reads. */
const namesMax = 5;

/** Why a file of contacts could not be used, and what to do. */
export function fileProblemWords(outcome: Exclude<ContactFile["outcome"], "read">): string {
  switch (outcome) {
    case "too-large":
      return "This file is larger than 5 MB. Export your contacts without pictures, or in several files.";
    case "unreadable":
      return "This file cannot be read. It may have been moved since: choose it again.";
    case "too-many":
      return `This file names more than ${limits.addressBookEntriesMax.toLocaleString()} people of this server, which is what an address book can hold. Import a smaller file.`;
    case "no-contacts":
      return "This is no file of contacts. Export your contacts as vCard (.vcf) and choose that file.";
  }
}

interface Read {
  cardCount: number;
  others: readonly string[];
}

/** Why a file led to nobody new. */
export function nobodyFoundWords({ cardCount }: Read, found: AddressBookImported): string {
  if (found.alreadyThere.length > 0 && found.notHere.length === 0) {
    return "Everybody in it who is here is in your address book already.";
  }
  const contacts =
    cardCount === 1 ? "1 contact was" : `${cardCount.toLocaleString()} contacts were`;
  return `${contacts} read. None of them names a handle of somebody here who is not in your address book yet.`;
}

/** Whom a file names beside the people who can be added. */
export function othersWords({ others }: Read, found: AddressBookImported): string[] {
  const lines: [string, readonly string[]][] = [
    ["In your address book already", found.alreadyThere.map(({ handle }) => `@${handle}`)],
    ["Not here", found.notHere.map((handle) => `@${handle}`)],
    ["On another server", others],
  ];
  return lines
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: ${listWords(names)}.`);
}

function listWords(names: readonly string[]): string {
  const more = names.length - namesMax;
  const shown = names.slice(0, namesMax);
  if (more > 0) shown.push(`${more.toLocaleString()} more`);
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(shown);
}
