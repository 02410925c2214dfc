import { attributeType, paddedLength } from "../stun/attribute.ts";
import { magicCookie, messageType, stunHeaderBytes } from "../stun/message.ts";
import { turnMethod } from "./method.ts";
import { familyOfRelayed, type RelayedAddress, writeRelayedIp } from "./relayed-address.ts";
import type { RelayState } from "./relay-state.ts";

const dataIndication = messageType(turnMethod.data, "indication");
/** Type and length of XOR-PEER-ADDRESS, its value without the IP address, type and length of DATA. */
const bytesAroundIp = 4 + 4 + 4;

/** Before the data of a Data indication stands this much: 36 bytes, or 48 with IPv6. */
export function dataIndicationHeaderBytes(from: RelayedAddress): number {
  return stunHeaderBytes + bytesAroundIp + ipBytes(from);
}

/** Whether so much data fits into one: the length of a STUN message and of a value has 16 bits. */
export function fitsDataIndication(length: number, from: RelayedAddress): boolean {
  return bytesAroundIp + ipBytes(from) + paddedLength(length) <= 0xffff;
}

/**
 * Writes a Data indication (RFC 8656 §11.3) around data that is in its place already: all that
 * stands before the data, and the padding behind it.
 *
 * @param bytes with room for `dataIndicationHeaderBytes` before the data and 3 bytes behind it
 * @param offset where the data begins
 * @returns where the indication ends
 */
export function writeDataIndication(
  state: RelayState,
  bytes: Uint8Array,
  offset: number,
  length: number,
  from: RelayedAddress,
): number {
  const start = offset - dataIndicationHeaderBytes(from);
  const end = offset + paddedLength(length);
  bytes.fill(0, offset + length, end);
  writeUint16(bytes, start, dataIndication);
  writeUint16(bytes, start + 2, end - start - stunHeaderBytes);
  writeUint32(bytes, start + 4, magicCookie);
  // RFC 8489 §5 asks for unpredictable ids so that no answer is forged; an indication has none.
  bytes.set(state.indicationPrefix, start + 8);
  state.indications = (state.indications + 1) >>> 0;
  writeUint32(bytes, start + 16, state.indications);
  const peer = start + stunHeaderBytes;
  writeUint16(bytes, peer, attributeType.xorPeerAddress);
  writeUint16(bytes, peer + 2, 4 + ipBytes(from));
  writeUint16(bytes, peer + 4, familyOfRelayed(from));
  writeUint16(bytes, peer + 6, (from & 0xffff) ^ (magicCookie >>> 16));
  writeRelayedIp(bytes, peer + 8, from);
  // RFC 8489 §14.2: an address is masked by the cookie and the id, which stand side by side.
  for (let i = 0; i < ipBytes(from); i++) {
    bytes[peer + 8 + i] = (bytes[peer + 8 + i] ?? 0) ^ (bytes[start + 4 + i] ?? 0);
  }
  writeUint16(bytes, offset - 4, attributeType.data);
  writeUint16(bytes, offset - 2, length);
  return end;
}

function ipBytes(relayed: RelayedAddress): number {
  return familyOfRelayed(relayed) === 0x01 ? 4 : 16;
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  writeUint16(bytes, offset, value >>> 16);
  writeUint16(bytes, offset + 2, value);
}
