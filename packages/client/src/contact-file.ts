import { Handle, type Person } from "@ringfence/protocol";
import ICAL from "ical.js";

/**
 * Address books as vCards. An account stands in a card as `acct:bob@calls.example.org` in IMPP
 * (RFC 7565; RFC 6350 §6.4.3), where the host is the one that people see in the address bar, with
 * its port percent-encoded; and as the address of the person's page in URL, because telephones
 * keep that one.
 */

export interface ReadContacts {
  /** How many cards there were, with or without an account. 0: this is no file of contacts. */
  cardCount: number;
  /** Accounts of this server that the cards name, each once. Whether they exist is not known. */
  handles: Handle[];
  /** Accounts of other servers, or that cannot be accounts, as they were written. */
  others: string[];
}

/**
 * Reads vCards of any version, line by line: what a line says of something else, or says wrongly,
 * costs nothing but that line.
 *
 * @param host of this server, with its port where it has one
 */
export function readContacts(text: string, host: string): ReadContacts {
  const handles = new Set<Handle>();
  const others = new Set<string>();
  let cardCount = 0;
  // RFC 6350 §3.2: a line break before a space or a tab is none.
  for (const line of text.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    if (/^BEGIN:VCARD\s*$/i.test(line)) cardCount += 1;
    const account = accountIn(line, host);
    if (account === null) continue;
    const handle = Handle.safeParse(account.name);
    if (handle.success && account.host === host) handles.add(handle.data);
    else others.add(`@${account.name}@${account.host}`);
  }
  return { cardCount, handles: [...handles], others: [...others] };
}

/** @param origin of this server, such as `https://calls.example.org` */
export function writeContacts(people: readonly Person[], origin: string): string {
  const { host } = new URL(origin);
  return people.map((person) => ICAL.stringify(cardOf(person, origin, host))).join("");
}

/** A card in the form of RFC 7095, which knows how to be escaped and folded. */
function cardOf({ handle, displayName }: Person, origin: string, host: string) {
  const account = `acct:${handle}@${encodeURIComponent(host)}`;
  const properties = [
    ["version", {}, "text", "4.0"],
    ["fn", {}, "text", displayName],
    ["impp", { "x-service-type": serviceType }, "uri", account],
    ["url", {}, "uri", `${origin}/people/@${handle}`],
  ];
  return ["vcard", properties, []];
}

/** What telephones call an account that they have no name for. */
const serviceType = "Ringfence";

interface NamedAccount {
  name: string;
  host: string;
}

/** The account that a line of a card names; null where it names none. */
function accountIn(line: string, host: string): NamedAccount | null {
  const property = /^(?:[\w-]+\.)?(IMPP|URL)(?=[;:])/i.exec(line);
  if (property === null) return null;
  const parsed = parseProperty(line);
  if (parsed === null) return null;
  const value = decoded(parsed.value);
  if (property[1]?.toUpperCase() === "URL") return accountOfPage(value, host);
  const whole = /^(?:acct|x-ringfence):@?([^@]+)@([^@]+)$/i.exec(value);
  if (whole !== null) return { name: whole[1] ?? "", host: (whole[2] ?? "").toLowerCase() };
  if (parsed.service.toLowerCase() !== serviceType.toLowerCase()) return null;
  // As people type it into their telephone: `x-apple:bob`, `@bob`.
  const typed = /^(?:[a-z][\w+.-]*:)?@?([^@]+)(?:@([^@]+))?$/i.exec(value);
  return typed && { name: typed[1] ?? "", host: typed[2]?.toLowerCase() ?? host };
}

function accountOfPage(address: string, host: string): NamedAccount | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const name = /^\/(?:people|messages)\/@([^/]+)$/.exec(url.pathname)?.[1];
  // An address on another server is a web page like any other.
  return name !== undefined && url.host === host ? { name, host } : null;
}

function parseProperty(line: string): { value: string; service: string } | null {
  // A vCard 2.1 writes types without their name: `URL;WORK:https://…`.
  const named = line.replace(/^[^:]*/, (front) => front.replaceAll(/;[^=;]+(?=;|$)/g, ""));
  try {
    const [, parameters, , value]: unknown[] = ICAL.parse.property(named, ICAL.design.vcard);
    const service =
      typeof parameters === "object" && parameters !== null && "x-service-type" in parameters
        ? String(parameters["x-service-type"])
        : "";
    return typeof value === "string" ? { value: value.replaceAll("\\", "").trim(), service } : null;
  } catch {
    // ical.js refuses a line by an Error of its own; the line names nobody then.
    return null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
