import { attributeType, paddedLength } from "../stun/attribute.ts";
import { magicCookie, messageType, stunHeaderBytes } from "../stun/message.ts";
import { turnMethod } from "./method.ts";
import { type RelayedAddress, unmaskedVirtualAddress } from "./relayed-address.ts";

const sendIndication = messageType(turnMethod.send, "indication");

/**
 * A reader of Send indications (RFC 8656 §11.1) as clients write them: the peer's address and the
 * data, in either order, and nothing else. It makes no objects, so it can be asked for each packet;
 * what it refuses may still be one, and is for `parseMessage`.
 */
export class PlainSend {
  /** The peer, if it is a virtual address. */
  peer: RelayedAddress | undefined = undefined;
  dataOffset = 0;
  dataLength = 0;

  /** Reads the bytes from `start` to `end`. Says whether they are such an indication. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start - stunHeaderBytes;
    if (length < 0 || uint16(bytes, start) !== sendIndication) return false;
    if (uint16(bytes, start + 2) !== length || length % 4 !== 0) return false;
    if (uint16(bytes, start + 4) !== magicCookie >>> 16) return false;
    if (uint16(bytes, start + 6) !== (magicCookie & 0xffff)) return false;
    let hasPeer = false;
    let hasData = false;
    for (let offset = start + stunHeaderBytes; offset < end;) {
      // The length is a multiple of 4 and so is every step: the four bytes of a header are there.
      const type = uint16(bytes, offset);
      const valueLength = uint16(bytes, offset + 2);
      const value = offset + 4;
      offset = value + paddedLength(valueLength);
      if (offset > end) return false;
      if (type === attributeType.data && !hasData) {
        hasData = true;
        this.dataOffset = value;
        this.dataLength = valueLength;
      } else if (type === attributeType.xorPeerAddress && !hasPeer) {
        hasPeer = true;
        const family = bytes[value + 1];
        if (family !== (valueLength === 8 ? 0x01 : 0x02)) return false;
        if (valueLength !== 8 && valueLength !== 20) return false;
        this.peer = unmaskedVirtualAddress(bytes, value, start + 4);
      } else {
        return false;
      }
    }
    return hasPeer && hasData;
  }
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
