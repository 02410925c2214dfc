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
import {
  dataIndicationHeaderBytes,
  fitsDataIndication,
  writeDataIndication,
} from "./data-indication.ts";
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

/** Sends data on in the bytes that it came in, where they have room for what stands around it. */
function deliver(
  state: RelayState,
  route: Route | DropReason,
  bytes: Uint8Array,
  offset: number,
  length: number,
  now: number,
): Action {
  if (typeof route === "string") return drop(route);
  const header = headerBytes(route);
  const hasRoom =
    route.channel !== undefined ||
    (offset >= header && offset + paddedLength(length) <= bytes.length);
  const frame = hasRoom ? bytes : new Uint8Array(header + paddedLength(length));
  const at = hasRoom ? offset : header;
  if (!hasRoom) frame.set(bytes.subarray(offset, offset + length), at);
  const end = forwardData(state, route, frame, at, length, bytes.length, now);
  if (typeof end === "string") return drop(end);
  const begin = at - header;
  // A view of the whole costs as much as any other, and is what sound and pictures would need.
  const isWhole = begin === 0 && end === frame.length;
  return send(route.to.fiveTuple, isWhole ? frame : frame.subarray(begin, end));
}

/** How many bytes stand before the data when it leaves by a route: 4, 36 or 48. */
export function headerBytes(route: Route): number {
  if (route.channel !== undefined) return channelDataHeaderBytes;
  return dataIndicationHeaderBytes(route.from.relayed);
}

/**
 * Makes of data what its receiver understands, in place: ChannelData where the receiver has bound a
 * channel to the sender's address, or else a Data indication (RFC 8656 §11.3 and §12.7). The packet
 * is counted, and may be too much for its sender's quota.
 *
 * @param bytes with room for `headerBytes` before the data, and for padding behind it
 * @param offset where the data begins
 * @param bytesIn how long the packet was that came in
 * @returns where the packet ends that begins `headerBytes` before the data
 */
export function forwardData(
  state: RelayState,
  route: Route,
  bytes: Uint8Array,
  offset: number,
  length: number,
  bytesIn: number,
  now: number,
): number | DropReason {
  const { from, to, channel } = route;
  if (channel === undefined && !fitsDataIndication(length, from.relayed)) return "malformed";
  if (!admitPacket(state, from, bytesIn, now)) return "over-quota";
  let end = offset + length;
  if (channel !== undefined) {
    writeChannelDataHeader(bytes, offset - channelDataHeaderBytes, channel, length);
  } else {
    end = writeDataIndication(state, bytes, offset, length, from.relayed);
  }
  const { counters } = state;
  counters.packetsIn[from.fiveTuple.transport]++;
  counters.bytesIn[from.fiveTuple.transport] += bytesIn;
  counters.packetsOut[to.fiveTuple.transport]++;
  counters.bytesOut[to.fiveTuple.transport] += end - offset + headerBytes(route);
  return end;
}
