import { type StunAttribute, attributeType, paddedLength } from "./attribute.ts";

/** RFC 8489 §5. */
export const stunHeaderBytes = 20;
export const magicCookie = 0x2112a442;

/** RFC 8489 §5: the two class bits of a message type. */
export type StunClass = "request" | "indication" | "success" | "error";

const classes = ["request", "indication", "success", "error"] as const;

/** One STUN message. Its attributes are views of the bytes that it was parsed from. */
export interface StunMessage {
  readonly method: number;
  readonly class: StunClass;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  /** In order, up to MESSAGE-INTEGRITY: what stands behind that is nobody's word. */
  readonly attributes: readonly StunAttribute[];
  /** Where MESSAGE-INTEGRITY begins, if there is one. */
  readonly integrityOffset: number | undefined;
  /** Where FINGERPRINT begins, if there is one: it is the last attribute then. */
  readonly fingerprintOffset: number | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Reads one whole STUN message, or nothing when the bytes are not exactly that. Neither integrity
 * nor fingerprint is checked here.
 */
export function parseMessage(bytes: Uint8Array): StunMessage | undefined {
  if (bytes.length < stunHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint16(0);
  // RFC 8489 §5: the two most significant bits are zero, the cookie is fixed and the length is a
  // multiple of 4; in a datagram nothing may follow.
  if (type > 0x3fff || view.getUint32(4) !== magicCookie) return undefined;
  const length = view.getUint16(2);
  if (length % 4 !== 0 || length !== bytes.length - stunHeaderBytes) return undefined;

  const attributes: StunAttribute[] = [];
  let integrityOffset: number | undefined;
  let fingerprintOffset: number | undefined;
  for (let offset = stunHeaderBytes; offset < bytes.length;) {
    // The length is a multiple of 4 and so is every step: the four bytes of a header are there.
    const attribute = view.getUint16(offset);
    const end = offset + 4 + view.getUint16(offset + 2);
    // RFC 8489 §14.7: FINGERPRINT must be the last attribute.
    if (end > bytes.length || fingerprintOffset !== undefined) return undefined;
    if (attribute === attributeType.fingerprint) {
      fingerprintOffset = offset;
    } else if (integrityOffset === undefined) {
      // RFC 8489 §14.5: all attributes after MESSAGE-INTEGRITY are ignored but FINGERPRINT.
      if (attribute === attributeType.messageIntegrity) integrityOffset = offset;
      else attributes.push({ type: attribute, value: bytes.subarray(offset + 4, end) });
    }
    offset = paddedLength(end);
  }
  return {
    method: methodOf(type),
    class: classes[((type >> 7) & 2) | ((type >> 4) & 1)] ?? "request",
    transactionId: bytes.subarray(8, stunHeaderBytes),
    attributes,
    integrityOffset,
    fingerprintOffset,
    bytes,
  };
}

/** RFC 8489 §14: where an attribute is repeated, only the first counts. */
export function findAttribute(message: StunMessage, type: number): Uint8Array | undefined {
  return message.attributes.find((attribute) => attribute.type === type)?.value;
}

/** RFC 8489 §5, figure 3: the bits of the method lie around those of the class. */
function methodOf(type: number): number {
  return (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
}

/** The message type of a method and a class. */
export function messageType(method: number, messageClass: StunClass): number {
  const bits = classes.indexOf(messageClass);
  return (
    (method & 0x000f) |
    ((method & 0x0070) << 1) |
    ((method & 0x0f80) << 2) |
    ((bits & 1) << 4) |
    ((bits & 2) << 7)
  );
}

/**
 * Writes a message.
 *
 * @param type what `messageType` made
 * @param transactionId 12 bytes
 */
export function encodeMessage(
  type: number,
  transactionId: Uint8Array,
  attributes: readonly StunAttribute[],
): Uint8Array {
  let length = 0;
  for (const { value } of attributes) length += 4 + paddedLength(value.length);
  const bytes = new Uint8Array(stunHeaderBytes + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, length);
  view.setUint32(4, magicCookie);
  bytes.set(transactionId, 8);
  let offset = stunHeaderBytes;
  for (const attribute of attributes) {
    view.setUint16(offset, attribute.type);
    view.setUint16(offset + 2, attribute.value.length);
    bytes.set(attribute.value, offset + 4);
    offset += 4 + paddedLength(attribute.value.length);
  }
  return bytes;
}
