import type { FiveTuple } from "../turn/five-tuple.ts";

/** One way out: a local UDP socket, or one TCP connection. */
interface Sink {
  send(bytes: Uint8Array, to: FiveTuple): void;
}

/** The ways out, by the endpoint of the five-tuples that came in there. */
export type Sinks = Map<string, Sink>;

/** What the sockets give every datagram and every frame to. */
export type Receive = (tuple: FiveTuple, bytes: Uint8Array) => Received;

/** `later`: nothing was done with it, since there is no room just now. Streams can wait. */
export type Received = "taken" | "later";
