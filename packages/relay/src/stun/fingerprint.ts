import type { StunMessage } from "./message.ts";

/** RFC 8489 §14.7: so that no other protocol's CRC on the same port is taken for ours. */
const fingerprintMask = 0x5354554e;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The CRC-32 of ITU V.42, which RFC 8489 §14.7 takes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/**
 * The value of FINGERPRINT behind these bytes, whose length field must count it already.
 *
 * @internal for its test
 */
export function fingerprintOf(bytes: Uint8Array): number {
  return (crc32(bytes) ^ fingerprintMask) >>> 0;
}

/** Whether a message has no FINGERPRINT, or the right one. */
export function isFingerprintRight(message: StunMessage): boolean {
  const offset = message.fingerprintOffset;
  if (offset === undefined) return true;
  const { bytes } = message;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(offset + 2) !== 4) return false;
  return view.getUint32(offset + 4) === fingerprintOf(bytes.subarray(0, offset));
}
