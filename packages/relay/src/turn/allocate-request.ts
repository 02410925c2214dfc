import { attributeType } from "../stun/attribute.ts";
import type { StunErrorCode } from "../stun/error-code.ts";
import { findAttribute, type StunMessage } from "../stun/message.ts";
import type { AddressFamily } from "../stun/xor-address.ts";
import { requestedLifetime } from "./lifetime.ts";

/** RFC 8656 §18.8: the protocol number of UDP. */
const udp = 17;

/** What an Allocate asks for, as far as this relay can give it. */
export type AllocateRequest =
  | {
      readonly outcome: "allowed";
      readonly family: AddressFamily;
      readonly isEvenPort: boolean;
      /** RFC 8656 §18.11: an IPv6 address is wanted beside the IPv4 one. */
      readonly wantsSecondFamily: boolean;
      readonly lifetimeMs: number | undefined;
    }
  | { readonly outcome: "refused"; readonly code: StunErrorCode };

/** Reads an Allocate in the order of RFC 8656 §7.2, from step 3 on. */
export function parseAllocate(message: StunMessage): AllocateRequest {
  const transport = findAttribute(message, attributeType.requestedTransport);
  if (transport?.length !== 4) return refused(400);
  if (transport[0] !== udp) return refused(442);

  const reservation = findAttribute(message, attributeType.reservationToken);
  const evenPort = findAttribute(message, attributeType.evenPort);
  const family = findAttribute(message, attributeType.requestedAddressFamily);
  const second = findAttribute(message, attributeType.additionalAddressFamily);
  if (reservation !== undefined) {
    const isAlone = evenPort === undefined && family === undefined && second === undefined;
    // No token was ever given out, so none is valid.
    return refused(isAlone && reservation.length === 8 ? 508 : 400);
  }

  const lifetimeMs = requestedLifetime(message);
  if (lifetimeMs === "malformed") return refused(400);
  if (family !== undefined && (family.length !== 4 || second !== undefined)) return refused(400);
  if (family !== undefined && family[0] !== 0x01 && family[0] !== 0x02) return refused(440);
  // RFC 8656 §7.2, step 8: only IPv6 can be asked for beside the default.
  if (second !== undefined && (second.length !== 4 || second[0] !== 0x02)) return refused(400);

  if (evenPort !== undefined && evenPort.length !== 1) return refused(400);
  // The R bit asks for the next port to be kept for another allocation, and that is not given.
  const keepsNext = ((evenPort?.[0] ?? 0) & 0x80) !== 0;
  if (keepsNext) return refused(second === undefined ? 508 : 400);
  return {
    outcome: "allowed",
    family: family?.[0] === 0x02 ? 0x02 : 0x01,
    isEvenPort: evenPort !== undefined,
    wantsSecondFamily: second !== undefined,
    lifetimeMs,
  };
}

function refused(code: StunErrorCode): AllocateRequest {
  return { outcome: "refused", code };
}
