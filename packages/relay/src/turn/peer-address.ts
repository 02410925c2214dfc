import { attributeType } from "../stun/attribute.ts";
import type { StunErrorCode } from "../stun/error-code.ts";
import type { StunMessage } from "../stun/message.ts";
import { decodeXorAddress, familyOf } from "../stun/xor-address.ts";
import type { Allocation } from "./allocation.ts";
import {
  familyOfRelayed,
  isSameHost,
  type RelayedAddress,
  virtualAddress,
} from "./relayed-address.ts";

export type PeerAddress =
  | { readonly outcome: "allowed"; readonly peer: RelayedAddress }
  | { readonly outcome: "refused"; readonly code: StunErrorCode };

/** Reads every XOR-PEER-ADDRESS of a request. */
export function parsePeers(message: StunMessage, allocation: Allocation): readonly PeerAddress[] {
  return message.attributes
    .filter(({ type }) => type === attributeType.xorPeerAddress)
    .map(({ value }) => judgePeer(value, message.transactionId, allocation));
}

/**
 * Whether a client may name an address as its peer. Every virtual address is as good as any other,
 * whether or not anyone has allocated there: the answer must not tell. Only the own party's are
 * refused, of which the client knows.
 */
function judgePeer(
  value: Uint8Array,
  transactionId: Uint8Array,
  allocation: Allocation,
): PeerAddress {
  const address = decodeXorAddress(value, transactionId);
  if (address === undefined) return { outcome: "refused", code: 400 };
  // RFC 8656 §9.2 and §12.2.
  if (familyOf(address.ip) !== familyOfRelayed(allocation.relayed)) {
    return { outcome: "refused", code: 443 };
  }
  // RFC 8656 §9.2: the server may refuse peers for administrative reasons; here, all the world.
  const peer = virtualAddress(address);
  if (peer === undefined) return { outcome: "refused", code: 403 };
  for (const own of allocation.call.allocations.values()) {
    const isOwnParty = own.credential.party === allocation.credential.party;
    if (isOwnParty && isSameHost(own.relayed, peer)) return { outcome: "refused", code: 403 };
  }
  return { outcome: "allowed", peer };
}
