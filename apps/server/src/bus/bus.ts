import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { Announcement } from "./announcement.ts";
import type { CarriedFrame } from "./carried-message.ts";

/** A numbered delivery to an account, as it travels to the node that holds the account's sockets. */
export interface BusMessage {
  frame: CarriedFrame;
  /** One device gets this frame, of the same number, in place of the other. */
  forDevice?: { device: DeviceId; frame: CarriedFrame };
}

/** One life of one process of the application. */
export type NodeId = string & { readonly NodeId: unique symbol };

/** `suspended`: the device stays signed in, and its account is shut for now. */
export type WhyClosed = "signed-out" | "suspended";

/** Something that is listened to until it is disposed. */
export interface Subscription extends Disposable {
  /** Resolves when whatever any node sends from then on is heard. */
  readonly heard: Promise<void>;
}

/**
 * What the nodes of one installation tell and ask each other: deliveries go to whichever node holds
 * an account's sockets. At most once: the database is the truth, and a client that sees a gap in
 * the numbers fetches everything again. An installation of one node is an installation all the same.
 */
export interface Bus extends AsyncDisposable {
  /**
   * The handler is called from now until the subscription is disposed, with every message of the
   * account in the order in which its node delivered them. It says whether it wrote the message to
   * a socket.
   */
  subscribe(account: AccountId, handler: (message: BusMessage) => boolean): Subscription;
  /**
   * `delivered`: some node wrote it to a socket, nothing more.
   *
   * @throws AggregateError what handlers of this node threw, after every other had the message
   */
  deliver(account: AccountId, message: BusMessage): Promise<"delivered" | "nobody">;
  /** Whether any node is subscribed to the account; null while the others cannot be asked. */
  isOpen(account: AccountId): Promise<boolean | null>;

  /** The device is connected here, until disposed. `close` is called by `closeDevice`. */
  hold(device: DeviceId, close: (why: WhyClosed) => void): Subscription;
  /**
   * Whether any node holds the device; null while the others cannot be asked, or one that fell
   * silent may hold it.
   */
  isConnected(device: DeviceId): Promise<boolean | null>;
  /** Closes the connections of a device, whichever node holds them. */
  closeDevice(device: DeviceId, why: WhyClosed): void;

  /**
   * Tells every node, this one first: its handlers have heard it when this returns.
   *
   * @throws AggregateError what handlers of this node threw, after every other had heard it
   */
  announce(announcement: Announcement): void;
  hear(handler: (announcement: Announcement, from: NodeId) => void): Disposable;

  /** Whether there may be other nodes, now or later. */
  readonly isShared: boolean;
  readonly node: NodeId;
  /** The nodes that live, this one among them. While the others cannot be heard: as it was last. */
  members(): readonly NodeId[];
  /** Whether of all nodes that live this one does what one node shall do, for this key. */
  isMine(key: string): boolean;
  onChange(handler: (change: BusChange) => void): Disposable;

  /** Whether the other nodes can be heard. */
  isUp(): boolean;
  figures(): BusFigures;
}

/**
 * `members`: a node came or went. `restored`: what was sent to this node for a while may be lost,
 * and it hears again.
 */
export type BusChange = "members" | "restored";

/** Counted since the start of this node, of what it did. */
export interface BusFigures {
  readonly deliveries: Readonly<Record<"delivered" | "nobody", number>>;
  readonly reconnects: number;
  readonly nodes: number;
}
