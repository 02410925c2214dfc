/** Bytes that no other thread shares, as WebCrypto takes and gives them. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Nothing here is secret from whoever could time it: keys are public, and hashes were sent. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

export function includesBytes(list: readonly Uint8Array[], bytes: Uint8Array): boolean {
  return list.some((each) => sameBytes(each, bytes));
}

/** The bytes of ASCII text. Whatever is not ASCII is a broken program. */
export function asciiBytes(text: string): Bytes {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) throw new RangeError("this text must be ASCII");
    bytes[index] = code;
  }
  return bytes;
}

/** The printable ASCII text in some bytes; null where any byte is something else. */
export function asciiText(bytes: Uint8Array): string | null {
  let text = "";
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}
