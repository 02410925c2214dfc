import { attributeType, isComprehensionRequired, paddedLength } from "../stun/attribute.ts";
import { findAttribute, type StunMessage } from "../stun/message.ts";
import { decodeXorAddress } from "../stun/xor-address.ts";
import { type Action, drop, type DropReason, send } from "./action.ts";
import type { Allocation } from "./allocation.ts";
import {
  channelDataHeaderBytes,
  channelDataLength,
  writeChannelDataHeader,
} from "./channel-data.ts";
import type { Transport } from "./five-tuple.ts";
import { dataIndicationHeaderBytes, writeDataIndication } from "./data-indication.ts";
import { admitPacket } from "./packet-quota.ts";
import type { RelayState } from "./relay-state.ts";
import { virtualAddress } from "./relayed-address.ts";
import { type Route, routeChannel, routePeer } from "./route.ts";

/** RFC 8656 §12.6: ChannelData from a client. The bytes are rewritten in place. */
export function forwardChannelData(
  state: RelayState,
  from: Allocation,
  bytes: Uint8Array,
  now: number,
): Action {
  const length = channelDataLength(bytes);
  if (length === undefined) return drop("malformed");
  const route = routeChannel(from, ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0), now);
  return deliver(state, route, bytes, channelDataHeaderBytes, length, now);
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
  const route = routePeer(from, virtualAddress(address), now);
  return deliver(state, route, bytes, data.byteOffset - bytes.byteOffset, data.length, now);
}

/**
 * Sends data on: as ChannelData where the receiver has bound a channel to the sender's address, or
 * else as a Data indication (RFC 8656 §11.3 and §12.7).
 *
 * @param offset where in `bytes` the data begins; the four bytes before it are free to be a header
 */
function deliver(
  state: RelayState,
  route: Route | DropReason,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: number,
): Action {
  if (typeof route === "string") return drop(route);
  const { from, to, channel } = route;
  if (!admitPacket(state, from, bytes.length, now)) return drop("over-quota");
  const bytesIn = bytes.length;
  if (channel !== undefined) {
    const start = offset - channelDataHeaderBytes;
    writeChannelDataHeader(bytes, start, channel, length);
    const out = bytes.subarray(start, offset + length);
    countPassed(state, from.fiveTuple.transport, to.fiveTuple.transport, bytesIn, out.length);
    return send(to.fiveTuple, out);
  }
  const headerBytes = dataIndicationHeaderBytes(from.relayed);
  const out = new Uint8Array(headerBytes + paddedLength(length));
  out.set(bytes.subarray(offset, offset + length), headerBytes);
  writeDataIndication(state, out, headerBytes, length, from.relayed);
  countPassed(state, from.fiveTuple.transport, to.fiveTuple.transport, bytesIn, out.length);
  return send(to.fiveTuple, out);
}

/** Counts a packet that is passed on, with the lengths that it came with and leaves with. */
export function countPassed(
  { counters }: RelayState,
  from: Transport,
  to: Transport,
  bytesIn: number,
  bytesOut: number,
): void {
  counters.packetsIn[from]++;
  counters.bytesIn[from] += bytesIn;
  counters.packetsOut[to]++;
  counters.bytesOut[to] += bytesOut;
}
