import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { encodeXorAddress } from "../../packages/relay/src/stun/xor-address.ts";
import { parseIpAddress } from "../../packages/relay/src/stun/ip-address.ts";
import { findForms, formsOf } from "./address-forms.ts";

const address = "198.51.100.77";
const ofIpv6 = "2001:db8:5a1:77::9";
const key = "a key that is known";
const forms = [address, ofIpv6].flatMap((one) => formsOf(one, [key]));

const noise = Buffer.from("Nobody is anywhere, and 198.51.100.7 is somebody else.");
const bytesOf = (one: string) => Buffer.from(parseIpAddress(one) ?? []);

test.each<[string, string | Uint8Array]>([
  ["its text", address],
  ["its text in UTF-16", Buffer.from(address, "utf16le")],
  ["its bytes", bytesOf(address)],
  ["its bytes, mapped into IPv6", bytesOf(`::ffff:${address}`)],
  ["its text, mapped into IPv6", `::ffff:${address}`],
  ["its bytes from behind", bytesOf(address).toReversed()],
  [
    "what STUN makes of it",
    encodeXorAddress({ ip: bytesOf(address), port: 4_711 }, new Uint8Array(12)),
  ],
  ["its hash", createHash("sha256").update(address).digest()],
  ["its hash as text", createHash("sha1").update(address).digest("hex")],
  [
    "its hash with a key, cut off",
    createHmac("sha256", key).update(address).digest("base64url").slice(0, 22),
  ],
  ["IPv6 as text", ofIpv6],
  ["IPv6 with every digit", "2001:0db8:05a1:0077:0000:0000:0000:0009"],
  ["IPv6 as bytes", bytesOf(ofIpv6)],
  ["a network of IPv6", "2001:db8:5a1:77::/64"],
])("an address is found by %s", (_, hidden) => {
  expect(findForms(noise, forms)).toEqual([]);
  const haystack = Buffer.concat([noise, Buffer.from(hidden), noise]);
  expect(findForms(haystack, forms)).not.toEqual([]);
});
