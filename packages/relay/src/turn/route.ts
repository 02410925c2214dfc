import type { DropReason } from "./action.ts";
import type { Allocation } from "./allocation.ts";
import type { RelayedAddress } from "./relayed-address.ts";

/**
 * Where that goes which one client sends over one channel or to one peer. It is the one answer to
 * the question, on every data path; who keeps it asks `isRouteGood` before using it again.
 */
export interface Route {
  readonly from: Allocation;
  readonly to: Allocation;
  /** The channel that the receiver has bound to the sender; without one it gets Data indications. */
  readonly channel: number | undefined;
  /** The earliest Unix time in milliseconds at which something that it rests on expires. */
  readonly expiresAt: number;
  readonly fromGeneration: number;
  readonly toGeneration: number;
}

/** Whether nothing has changed on which a route rests. */
export function isRouteGood(route: Route, now: number): boolean {
  return (
    route.expiresAt > now &&
    route.fromGeneration === route.from.generation &&
    route.toGeneration === route.to.generation
  );
}

/** RFC 8656 §12.6: the way of what comes in over a channel. */
export function routeChannel(from: Allocation, number: number, now: number): Route | DropReason {
  const channel = from.channels.get(number);
  if (channel === undefined || channel.expiresAt <= now) return "no-channel";
  return routeTo(from, channel.peer, channel.expiresAt, now);
}

/** RFC 8656 §11.2: the way of what comes in for a peer address, in a Send indication. */
export function routePeer(
  from: Allocation,
  peer: RelayedAddress | undefined,
  now: number,
): Route | DropReason {
  return peer === undefined ? "no-peer" : routeTo(from, peer, Number.POSITIVE_INFINITY, now);
}

function routeTo(
  from: Allocation,
  peer: RelayedAddress,
  expiresAt: number,
  now: number,
): Route | DropReason {
  const to = otherParty(from, peer, now);
  if (to === undefined) return "no-peer";
  const bound = to.channelsByPeer.get(from.relayed);
  const channel = bound !== undefined && bound.expiresAt > now ? bound : undefined;
  return {
    from,
    to,
    channel: channel?.number,
    expiresAt: Math.min(
      expiresAt,
      from.expiresAt,
      to.expiresAt,
      channel?.expiresAt ?? Number.POSITIVE_INFINITY,
    ),
    fromGeneration: from.generation,
    toGeneration: to.generation,
  };
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
