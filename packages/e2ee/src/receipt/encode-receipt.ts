import { asciiBytes, type Bytes } from "../bytes.ts";
import type { DeviceSigner } from "../crypto.ts";
import { encodeFields } from "../fields.ts";
import { base64url } from "../base64url.ts";
import { type Receipt, type ReceiptFile, receiptType, receiptVersion } from "./receipt.ts";

const label = "ringfence receipt 1";

type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

/**
 * The bytes of a receipt that are signed: of every value in it its JSON Pointer (RFC 6901) and the value,
 * ordered by the pointers. So nothing in a receipt stands outside of its signature, and no two receipts
 * have the same bytes, however their JSON is laid out.
 */
export function encodeReceipt(receipt: Receipt): Bytes {
  const leaves = leavesOf("", receipt).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return encodeFields(
    label,
    leaves.flat().map((text) => asciiBytes(text)),
  );
}

/** Signs a receipt with the key that it names. */
export async function signReceipt(receipt: Receipt, signer: DeviceSigner): Promise<ReceiptFile> {
  if (base64url(signer.publicKey) !== receipt.device) {
    throw new RangeError("a receipt is signed by the device that it names");
  }
  const signature = base64url(await signer.sign(encodeReceipt(receipt)));
  return { type: receiptType, version: receiptVersion, receipt, signature };
}

/** Each leaf is a pointer and a text that begins with its type, so that `"1"` is something else than `1`. */
function leavesOf(pointer: string, value: Value): [string, string][] {
  if (typeof value === "string") return [[pointer, `text ${value}`]];
  if (typeof value === "number") return [[pointer, `number ${value}`]];
  if (typeof value === "boolean" || value === null) return [[pointer, String(value)]];
  const entries = Object.entries<Value>(value);
  // An empty list is something else than none.
  if (entries.length === 0) return [[pointer, "empty"]];
  return entries.flatMap(([key, each]) => leavesOf(`${pointer}/${key}`, each));
}
