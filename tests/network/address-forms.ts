import { createHash, createHmac } from "node:crypto";
import { networkOf } from "../../apps/server/src/http/request-source.ts";
import { parseIpAddress } from "../../packages/relay/src/stun/ip-address.ts";

/** One way in which an address can stand somewhere. */
export interface AddressForm {
  readonly address: string;
  /** Such as "text" or "xor". */
  readonly name: string;
  readonly bytes: Buffer;
}

/** RFC 8489 §5: what an address is combined with where routers must not find it. */
const magicCookie = [0x21, 0x12, 0xa4, 0x42];

/**
 * Every form in which an address could be kept or sent: as text and as bytes, in either order, as STUN
 * writes it (that of IPv4 alone: for IPv6 it differs each time), and hashed, plainly or with one of the
 * keys. An IPv4 address that is mapped into IPv6 ends in one of these.
 */
export function formsOf(address: string, keys: readonly string[] = []): AddressForm[] {
  const bytes = Buffer.from(parseIpAddress(address) ?? []);
  if (bytes.length === 0) throw new RangeError(`${address} is no address`);
  const network = networkOf(address);
  const texts = new Set([address, network, longTextOf(bytes)]);
  const found = new Map<string, Buffer>();
  for (const text of texts) {
    found.set(`text ${text}`, Buffer.from(text));
    found.set(`UTF-16 text ${text}`, Buffer.from(text, "utf16le"));
    for (const encoding of ["base64", "hex"] as const) {
      found.set(`${encoding} of text ${text}`, Buffer.from(unpadded(Buffer.from(text), encoding)));
    }
    for (const [name, digest] of digestsOf(text, keys)) {
      found.set(name, digest);
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        // As much of it as nobody finds by chance: some keep the beginning only.
        const begin = digest.toString(encoding).slice(0, 16);
        found.set(`${name} as ${encoding}`, Buffer.from(begin));
      }
    }
  }
  found.set("bytes", bytes);
  found.set("bytes from behind", Buffer.from(bytes.toReversed()));
  found.set("bytes as hex", Buffer.from(bytes.toString("hex")));
  if (bytes.length === 4) {
    found.set("xor", Buffer.from(bytes.map((byte, index) => byte ^ (magicCookie[index] ?? 0))));
    found.set("number", Buffer.from(String(bytes.readUInt32BE())));
  }
  return [...found].map(([name, form]) => ({ address, name, bytes: form }));
}

/** @returns of each form that stands somewhere in these bytes, its address and its name */
export function findForms(bytes: Buffer, forms: readonly AddressForm[]): string[] {
  return forms
    .filter((form) => bytes.includes(form.bytes))
    .map(({ address, name }) => `${address}: ${name}`);
}

/** All groups of an IPv6 address, with every digit; that of IPv4 as it is usually written. */
function longTextOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  return (bytes.toString("hex").match(/.{4}/g) ?? []).join(":");
}

function unpadded(bytes: Buffer, encoding: "base64" | "hex"): string {
  const whole = bytes.subarray(
    0,
    encoding === "base64" ? bytes.length - (bytes.length % 3) : undefined,
  );
  return whole.toString(encoding);
}

function digestsOf(text: string, keys: readonly string[]): [string, Buffer][] {
  return ["md5", "sha1", "sha256", "sha512"].flatMap((hash): [string, Buffer][] => [
    [`${hash} of ${text}`, createHash(hash).update(text).digest()],
    ...keys.map((key, index): [string, Buffer] => [
      `${hash} of ${text} with key ${index}`,
      createHmac(hash, key).update(text).digest(),
    ]),
  ]);
}
