import { attributeType, isComprehensionRequired } from "../stun/attribute.ts";
import { encodeMessage, findAttribute, messageType, type StunMessage } from "../stun/message.ts";
import { decodeXorAddress, encodeXorAddress } from "../stun/xor-address.ts";
import { type Action, drop, send } from "./action.ts";
import type { Allocation } from "./allocation.ts";
import {
  channelDataHeaderBytes,
  channelDataLength,
  writeChannelDataHeader,
} from "./channel-data.ts";
import { turnMethod } from "./method.ts";
import { type RelayedAddress, transportAddressOf, virtualAddress } from "./relayed-address.ts";
import type { RelayState } from "./relay-state.ts";

const dataIndication = messageType(turnMethod.data, "indication");

/** RFC 8656 §12.6: ChannelData from a client. The bytes are rewritten in place. */
export function forwardChannelData(
  state: RelayState,
  from: Allocation,
  bytes: Uint8Array,
  now: number,
): Action {
  const length = channelDataLength(bytes);
  if (length === undefined) return drop("malformed");
  const channel = from.channels.get(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
  if (channel === undefined || channel.expiresAt <= now) return drop("no-channel");
  const to = otherParty(from, channel.peer, now);
  if (to === undefined) return drop("no-peer");
  return deliver(state, from, to, bytes, channelDataHeaderBytes, length, now);
}

/** RFC 8656 §11.2: a Send indication from a client. The bytes are rewritten in place. */
export function forwardSendIndication(
  state: RelayState,
  from: Allocation,
  message: StunMessage,
  now: number,
): Action {
  const { attributes, bytes } = message;
  const peerValue = findAttribute(message, attributeType.xorPeerAddress);
  const data = findAttribute(message, attributeType.data);
  // RFC 8489 §6.3.2: an indication with an unknown attribute that must be understood is discarded.
  // DONT-FRAGMENT is one: there is no datagram here whose DF bit it could set (RFC 8656 §11.2).
  const isUnderstood = attributes.every(
    ({ type }) =>
      type === attributeType.xorPeerAddress ||
      type === attributeType.data ||
      !isComprehensionRequired(type),
  );
  if (!isUnderstood || peerValue === undefined || data === undefined) return drop("malformed");
  const address = decodeXorAddress(peerValue, message.transactionId);
  if (address === undefined) return drop("malformed");
  const peer = virtualAddress(address);
  const to = peer === undefined ? undefined : otherParty(from, peer, now);
  if (to === undefined) return drop("no-peer");
  return deliver(state, from, to, bytes, data.byteOffset - bytes.byteOffset, data.length, now);
}

/**
 * The allocation behind an address, if it is one that may be reached: of the same call, which is
 * joined, of the other party, and alive. There is no other way to a destination in this relay.
 */
function otherParty(from: Allocation, peer: RelayedAddress, now: number): Allocation | undefined {
  if (from.call.phase.phase === "ringing") return undefined;
  const to = from.call.allocations.get(peer);
  if (to === undefined || to.expiresAt <= now) return undefined;
  return to.credential.party === from.credential.party ? undefined : to;
}

/**
 * Sends data on: as ChannelData where the receiver has bound a channel to the sender's address, or
 * else as a Data indication (RFC 8656 §11.3 and §12.7).
 *
 * @param offset where in `bytes` the data begins; the four bytes before it are free to be a header
 */
function deliver(
  state: RelayState,
  from: Allocation,
  to: Allocation,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: number,
): Action {
  const channel = to.channelsByPeer.get(from.relayed);
  if (channel !== undefined && channel.expiresAt > now) {
    const start = offset - channelDataHeaderBytes;
    writeChannelDataHeader(bytes, start, channel.number, length);
    return pass(state, from, to, bytes.length, bytes.subarray(start, offset + length));
  }
  const transactionId = nextIndicationId(state);
  const peerAddress = encodeXorAddress(transportAddressOf(from.relayed), transactionId);
  const indication = encodeMessage(dataIndication, transactionId, [
    { type: attributeType.xorPeerAddress, value: peerAddress },
    { type: attributeType.data, value: bytes.subarray(offset, offset + length) },
  ]);
  return pass(state, from, to, bytes.length, indication);
}

function pass(
  { counters }: RelayState,
  from: Allocation,
  to: Allocation,
  bytesIn: number,
  bytes: Uint8Array,
): Action {
  counters.packetsIn[from.fiveTuple.transport]++;
  counters.bytesIn[from.fiveTuple.transport] += bytesIn;
  counters.packetsOut[to.fiveTuple.transport]++;
  counters.bytesOut[to.fiveTuple.transport] += bytes.length;
  return send(to.fiveTuple, bytes);
}

/** RFC 8489 §5 asks for unpredictable ids so that no answer is forged; an indication has none. */
function nextIndicationId(state: RelayState): Uint8Array {
  const transactionId = new Uint8Array(12);
  transactionId.set(state.indicationPrefix);
  state.indications = (state.indications + 1) >>> 0;
  new DataView(transactionId.buffer).setUint32(8, state.indications);
  return transactionId;
}
