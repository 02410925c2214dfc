import { type AccountId, type DeviceId, closeCodes } from "@ringfence/protocol";
import type { Bus, BusMessage } from "../bus/bus.ts";
import type { Connection } from "./connection.ts";
import { connectionLimits } from "./connection-limits.ts";

/**
 * The connections that this node holds. An account is subscribed on the bus while it has one.
 */
export class Registry {
  readonly #bus: Bus;
  readonly #byAccount = new Map<
    AccountId,
    { connections: Set<Connection>; subscription: Disposable }
  >();

  /** How many connections each device has. */
  readonly #countByDevice = new Map<DeviceId, number>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get size(): number {
    let count = 0;
    for (const { connections } of this.#byAccount.values()) count += connections.size;
    return count;
  }

  /** False when the account has as many connections as one may have. */
  add(connection: Connection): boolean {
    const { account } = connection.login;
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
    this.#count(connection.login.device, 1);
    return true;
  }

  /** @returns whether that was the last connection of its device */
  remove(connection: Connection): boolean {
    const { account, device } = connection.login;
    const held = this.#byAccount.get(account);
    if (held === undefined || !held.connections.delete(connection)) return false;
    this.#count(device, -1);
    if (held.connections.size === 0) {
      held.subscription[Symbol.dispose]();
      this.#byAccount.delete(account);
    }
    return !this.isConnected(device);
  }

  hasConnection(account: AccountId): boolean {
    return this.#byAccount.has(account);
  }

  isConnected(device: DeviceId): boolean {
    return this.#countByDevice.has(device);
  }

  /** Closes every connection of a device that was signed out, or whose account was suspended. */
  closeDevice(device: DeviceId, why: "signed-out" | "suspended" = "signed-out"): void {
    for (const connection of this.#all()) {
      if (connection.login.device !== device) continue;
      if (why === "suspended") connection.closeSuspended();
      else connection.close(closeCodes.signedOut, "This device was signed out.");
    }
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#all()) connection.close(code, reason);
  }

  checkSilence(): void {
    for (const connection of this.#all()) connection.checkSilence();
  }

  #count(device: DeviceId, change: 1 | -1): void {
    const count = (this.#countByDevice.get(device) ?? 0) + change;
    if (count === 0) this.#countByDevice.delete(device);
    else this.#countByDevice.set(device, count);
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
