import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { CarriedFrame } from "./carried-message.ts";

/** A numbered delivery to an account, as it travels to the node that holds the account's sockets. */
export interface BusMessage {
  frame: CarriedFrame;
  /** One device gets this frame, of the same number, in place of the other. */
  forDevice?: { device: DeviceId; frame: CarriedFrame };
}

/**
 * Carries deliveries to whichever node holds an account's sockets. At most once: the database is
 * the truth, and a client that sees a gap in the numbers fetches everything again.
 */
export interface Bus {
  /**
   * The handler is called from now until the subscription is disposed, with every message of the
   * account in the order they were delivered. It says whether it wrote the message to a socket.
   */
  subscribe(account: AccountId, handler: (message: BusMessage) => boolean): Disposable;
  /**
   * `delivered`: some node wrote it to a socket, nothing more.
   *
   * @throws AggregateError what handlers threw, after every other handler had the message
   */
  deliver(account: AccountId, message: BusMessage): Promise<"delivered" | "nobody">;
}
