import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import type { StunMessage } from "../stun/message.ts";
import { encodeXorAddress } from "../stun/xor-address.ts";
import { clientIp, type FiveTuple } from "./five-tuple.ts";

/** The client's own address (RFC 8489 §14.2), which nobody else is told. */
export function xorMappedAddress(tuple: FiveTuple, { transactionId }: StunMessage): StunAttribute {
  const address = { ip: clientIp(tuple), port: tuple.port };
  return {
    type: attributeType.xorMappedAddress,
    value: encodeXorAddress(address, transactionId),
  };
}
