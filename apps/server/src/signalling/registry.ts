import { type AccountId, type DeviceId, closeCodes } from "@ringfence/protocol";
import type { Bus, BusMessage, Subscription } from "../bus/bus.ts";
import type { Connection } from "./connection.ts";
import { connectionLimits } from "./connection-limits.ts";

/**
 * The connections that this node holds. An account is subscribed on the bus while it has one, and
 * a device is held there.
 */
export class Registry {
  readonly #bus: Bus;
  readonly #byAccount = new Map<
    AccountId,
    { connections: Set<Connection>; subscription: Subscription }
  >();

  readonly #byDevice = new Map<DeviceId, { count: number; held: Subscription }>();

  constructor(bus: Bus) {
    this.#bus = bus;
    bus.onChange((change) => {
      if (change === "restored") void this.tellNumbers();
    });
  }

  get size(): number {
    let count = 0;
    for (const { connections } of this.#byAccount.values()) count += connections.size;
    return count;
  }

  /**
   * Resolves when the connection hears all that is delivered from then on; with false when the
   * account has as many connections as one may have.
   */
  async add(connection: Connection): Promise<boolean> {
    const { account, device } = connection.login;
    let held = this.#byAccount.get(account);
    if (held === undefined) {
      const connections = new Set<Connection>();
      const subscription = this.#bus.subscribe(account, (message) =>
        deliverToAll(connections, message),
      );
      held = { connections, subscription };
      this.#byAccount.set(account, held);
    }
    if (held.connections.size >= connectionLimits.connectionsPerAccountMax) return false;
    held.connections.add(connection);
    const ofDevice = this.#byDevice.get(device) ?? { count: 0, held: this.#hold(device) };
    ofDevice.count++;
    this.#byDevice.set(device, ofDevice);
    await Promise.all([held.subscription.heard, ofDevice.held.heard]);
    return true;
  }

  /** @returns whether that was the last connection of its device to this node */
  remove(connection: Connection): boolean {
    const { account, device } = connection.login;
    const held = this.#byAccount.get(account);
    if (held === undefined || !held.connections.delete(connection)) return false;
    if (held.connections.size === 0) {
      held.subscription[Symbol.dispose]();
      this.#byAccount.delete(account);
    }
    const ofDevice = this.#byDevice.get(device);
    if (ofDevice === undefined || --ofDevice.count > 0) return false;
    ofDevice.held[Symbol.dispose]();
    this.#byDevice.delete(device);
    return true;
  }

  /** Tells every connection the latest number of its account, some at a time. */
  async tellNumbers(): Promise<void> {
    const { numbersToldAtOnceMax } = connectionLimits;
    const connections = this.#all();
    for (let from = 0; from < connections.length; from += numbersToldAtOnceMax) {
      const some = connections.slice(from, from + numbersToldAtOnceMax);
      await Promise.all(some.map((connection) => connection.tellNumber()));
    }
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#all()) connection.close(code, reason);
  }

  checkSilence(): void {
    for (const connection of this.#all()) connection.checkSilence();
  }

  #hold(device: DeviceId): Subscription {
    return this.#bus.hold(device, (why) => {
      for (const connection of this.#all()) {
        if (connection.login.device !== device) continue;
        if (why === "suspended") connection.closeSuspended();
        else connection.close(closeCodes.signedOut, "This device was signed out.");
      }
    });
  }

  #all(): Connection[] {
    return [...this.#byAccount.values()].flatMap(({ connections }) => [...connections]);
  }
}

function deliverToAll(connections: ReadonlySet<Connection>, message: BusMessage): boolean {
  let written = false;
  for (const connection of connections) written = connection.deliver(message) || written;
  return written;
}
