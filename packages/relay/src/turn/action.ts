import type { FiveTuple } from "./five-tuple.ts";

/** Why a packet was not answered and not passed on. */
export const dropReasons = [
  /** Neither STUN nor ChannelData, or broken. */
  "malformed",
  /** A method, or a class of it, that a client has no business to send here. */
  "unwanted",
  /** Nobody who may be told anything. */
  "unauthenticated",
  /** Of a stranger, of all strangers, or about one allocation. */
  "too-many-requests",
  "no-allocation",
  "no-channel",
  /** The call is not joined, or nobody of the other party is at that address. */
  "no-peer",
  /** Its sender sends more than one may, or all together do. */
  "over-quota",
  /** The socket was full before the relay read it, on Linux: it cannot keep up, or has no time. */
  "socket-full",
  /** On its way to a stream it found no room between two threads of the relay. */
  "ring-full",
  /** Its receiver's stream is full: a client that does not read. */
  "stream-full",
  /** The kernel did not take it, or the address that it would leave from is gone. */
  "unsent",
  /** It would have left its place in memory: a fault of the relay. */
  "fault",
] as const;
export type DropReason = (typeof dropReasons)[number];

/** What the shell does with one packet that came in. */
export type Action =
  | { readonly type: "send"; readonly to: FiveTuple; readonly bytes: Uint8Array }
  | { readonly type: "drop"; readonly reason: DropReason };

export function send(to: FiveTuple, bytes: Uint8Array): Action {
  return { type: "send", to, bytes };
}

export function drop(reason: DropReason): Action {
  return { type: "drop", reason };
}
