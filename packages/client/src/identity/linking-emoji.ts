import { type Bytes, type Emoji, emojiOf } from "@ringfence/e2ee";

const emojiCount = 8;
const bytesShown = 6;
/** So that trying one takes a good part of a second, and a table of many a good part of a year. */
const stretchIterations = 300_000;
const purposes = {
  key: "ringfence linking 1: ",
  link: "ringfence linked 1: ",
} as const;

/**
 * What two devices of an account show of the key that one of them wants to have linked. It says nothing
 * of the chain: the server chooses which chain it shows to a new device, and could choose one with
 * which another key's emoji come out alike.
 *
 * @returns eight emoji, 48 bits
 */
export function linkingEmoji(account: string, key: Bytes): Promise<readonly Emoji[]> {
  return stretchedEmoji("key", account, key);
}

/**
 * What both show afterwards, of the chain up to the statement that links: now that the key is the one
 * that was compared, what the linking device shows is not for the server to choose.
 *
 * @param hash of that statement, which names the ones before
 * @returns eight emoji, 48 bits
 */
export function linkedEmoji(account: string, hash: Bytes): Promise<readonly Emoji[]> {
  return stretchedEmoji("link", account, hash);
}

async function stretchedEmoji(
  purpose: keyof typeof purposes,
  account: string,
  bytes: Bytes,
): Promise<readonly Emoji[]> {
  const base = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const salt = new TextEncoder().encode(purposes[purpose] + account);
  const stretched = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: stretchIterations },
    base,
    bytesShown * 8,
  );
  return emojiOf(new Uint8Array(stretched), emojiCount);
}
