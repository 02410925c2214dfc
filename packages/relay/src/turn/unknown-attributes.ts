import { attributeType, isComprehensionRequired, type StunAttribute } from "../stun/attribute.ts";
import type { StunMessage } from "../stun/message.ts";

/**
 * What of the registry is understood in a request. DONT-FRAGMENT is not: a relay that sends no
 * datagrams to peers has no DF bit to set (RFC 8656 §7.2, step 4).
 */
const understood = new Set<number>(
  Object.values(attributeType).filter((type) => type !== attributeType.dontFragment),
);

/** RFC 8489 §6.3.1: UNKNOWN-ATTRIBUTES lists what had to be understood and was not. */
export function unknownAttributes(message: StunMessage): StunAttribute | undefined {
  const types = message.attributes
    .map(({ type }) => type)
    .filter((type) => isComprehensionRequired(type) && !understood.has(type));
  if (types.length === 0) return undefined;
  const value = Uint8Array.from(types.flatMap((type) => [type >> 8, type & 0xff]));
  return { type: attributeType.unknownAttributes, value };
}
