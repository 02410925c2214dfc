import { asciiBytes, type Bytes, concatBytes, sameBytes } from "./bytes.ts";

/**
 * What is signed or hashed is a label and a list of fields, each with its length in front (16 bits, big-endian). So
 * no two different lists have the same bytes, and what was signed for one purpose fits no other.
 */
const lengthBytes = 2;
const fieldBytesMax = 0xffff;

/**
 * @param label ASCII: what the fields mean, with the version of their meaning
 * @param fields each of at most 65,535 bytes
 */
export function encodeFields(label: string, fields: readonly Uint8Array[]): Bytes {
  return concatBytes(
    ...[asciiBytes(label), ...fields].flatMap((field) => [lengthOf(field), field]),
  );
}

/** Reads what `encodeFields` wrote under the same label; null where the bytes are anything else. */
export function decodeFields(label: string, bytes: Bytes): Bytes[] | null {
  const fields: Bytes[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const begin = offset + lengthBytes;
    const end = begin + (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0));
    if (end > bytes.length) return null;
    fields.push(bytes.slice(begin, end));
    offset = end;
  }
  const [first, ...rest] = fields;
  return first !== undefined && sameBytes(first, asciiBytes(label)) ? rest : null;
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  if (length > fieldBytesMax) throw new RangeError("a field has at most 65,535 bytes");
  return Uint8Array.of(length >> 8, length & 0xff);
}
