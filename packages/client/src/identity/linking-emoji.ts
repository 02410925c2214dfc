import { type Bytes, type Emoji, emojiOf } from "@ringfence/e2ee";

const emojiCount = 8;
const bytesShown = 6;
/** So that trying one key takes a good part of a second, and a table of many a good part of a year. */
const stretchIterations = 300_000;
const purpose = "ringfence linking 1: ";

/**
 * What two devices of an account show of the key that one of them wants to have linked. It says nothing
 * of the chain: the server chooses which chain it shows to a new device, and could choose one with
 * which another key's emoji come out alike.
 *
 * @returns eight emoji, 48 bits
 */
export async function linkingEmoji(account: string, key: Bytes): Promise<readonly Emoji[]> {
  const base = await crypto.subtle.importKey("raw", key, "PBKDF2", false, ["deriveBits"]);
  const salt = new TextEncoder().encode(purpose + account);
  const stretched = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: stretchIterations },
    base,
    bytesShown * 8,
  );
  return emojiOf(new Uint8Array(stretched), emojiCount);
}
