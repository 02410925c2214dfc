import { attributeType } from "../stun/attribute.ts";
import { findAttribute } from "../stun/message.ts";
import type { Allocation } from "./allocation.ts";
import { type Channel, isChannelNumber } from "./channel.ts";
import { type Exchange, refuse, succeed } from "./exchange.ts";
import { parsePeers } from "./peer-address.ts";
import { isRelayedPort, type RelayedAddress } from "./relayed-address.ts";

/** Answers a ChannelBind: RFC 8656 §12.2. */
export function bindChannel(exchange: Exchange, allocation: Allocation): Uint8Array {
  const { state, message, now } = exchange;
  const value = findAttribute(message, attributeType.channelNumber);
  const [address] = parsePeers(message, allocation);
  if (value?.length !== 4 || address === undefined) return refuse(exchange, 400);
  const number = ((value[0] ?? 0) << 8) | (value[1] ?? 0);
  if (!isChannelNumber(number)) return refuse(exchange, 400);
  if (address.outcome === "refused") return refuse(exchange, address.code);
  // A channel is to one port, and no allocation has any below 1024: outside the range, all the same.
  if (!isRelayedPort(address.peer)) return refuse(exchange, 403);

  const sameNumber = liveChannel(allocation, allocation.channels.get(number), now);
  const samePeer = liveChannel(allocation, allocation.channelsByPeer.get(address.peer), now);
  // RFC 8656 §12.2: neither the channel nor the peer may be bound to another.
  if (sameNumber !== samePeer) return refuse(exchange, 400);
  if (
    sameNumber === undefined &&
    allocation.channels.size >= state.limits.channelsPerAllocationMax
  ) {
    state.counters.quotaRefusals["channels-per-allocation"]++;
    return refuse(exchange, 508);
  }
  const channel = sameNumber ?? addChannel(allocation, number, address.peer);
  // RFC 8656 §12.2: binding again refreshes.
  channel.expiresAt = now + state.limits.channelLifetimeMs;
  allocation.generation++;
  return succeed(exchange);
}

/** A channel, unless it has expired: then its number and its peer are free again. */
function liveChannel(
  allocation: Allocation,
  channel: Channel | undefined,
  now: number,
): Channel | undefined {
  if (channel === undefined || channel.expiresAt > now) return channel;
  allocation.channels.delete(channel.number);
  allocation.channelsByPeer.delete(channel.peer);
  return undefined;
}

function addChannel(allocation: Allocation, number: number, peer: RelayedAddress): Channel {
  const channel = { number, peer, expiresAt: 0 };
  allocation.channels.set(number, channel);
  allocation.channelsByPeer.set(peer, channel);
  return channel;
}
