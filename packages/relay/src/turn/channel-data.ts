import { paddedLength } from "../stun/attribute.ts";

/** RFC 8656 §12.4: the channel number and the length, 2 bytes each. */
export const channelDataHeaderBytes = 4;

/** RFC 8656 §12: the first two bits tell ChannelData (01) from STUN (00). */
export function isChannelData(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >> 6 === 1;
}

/**
 * The length of the application data in a ChannelData message, or nothing where the bytes are not
 * one. RFC 8656 §12.5: over UDP padding may be there or not.
 */
export function channelDataLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < channelDataHeaderBytes) return undefined;
  const length = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  const rest = bytes.length - channelDataHeaderBytes;
  return rest < length || rest > paddedLength(length) ? undefined : length;
}

/** Writes the header of a ChannelData message into the four bytes at an offset. */
export function writeChannelDataHeader(
  bytes: Uint8Array,
  offset: number,
  number: number,
  length: number,
): void {
  bytes[offset] = number >> 8;
  bytes[offset + 1] = number & 0xff;
  bytes[offset + 2] = length >> 8;
  bytes[offset + 3] = length & 0xff;
}
