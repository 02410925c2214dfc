import { randomUUID } from "node:crypto";
import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { Announcement } from "./announcement.ts";
import type { Bus, BusMessage, NodeId, Subscription, WhyClosed } from "./bus.ts";
import { Handlers, HandlersByKey } from "./handlers.ts";

/** The bus of an installation of one process: maps. */
export function createInProcessBus(): Bus {
  const node = randomUUID() as NodeId;
  const ofAccounts = new HandlersByKey<AccountId, BusMessage, boolean>();
  const ofDevices = new HandlersByKey<DeviceId, WhyClosed, void>();
  const hearing = new Handlers<Announcement, void>();
  const nobody: Disposable = { [Symbol.dispose]() {} };
  const deliveries = { delivered: 0, nobody: 0 };
  return {
    subscribe: (account, handler) => heardAtOnce(ofAccounts.add(account, handler)),
    async deliver(account, message) {
      const written = ofAccounts.get(account)?.call(message) ?? [];
      const outcome = written.includes(true) ? "delivered" : "nobody";
      deliveries[outcome]++;
      return outcome;
    },
    isOpen: async (account) => ofAccounts.has(account),
    hold: (device, close) => heardAtOnce(ofDevices.add(device, close)),
    isConnected: async (device) => ofDevices.has(device),
    closeDevice: (device, why) => void ofDevices.get(device)?.call(why),
    announce: (announcement) => void hearing.call(announcement),
    hear: (handler) => hearing.add((announcement) => handler(announcement, node)),
    isShared: false,
    node,
    members: () => [node],
    isMine: () => true,
    // Nobody comes, nobody goes, and nothing is lost.
    onChange: () => nobody,
    isUp: () => true,
    figures: () => ({ deliveries, reconnects: 0, nodes: 1 }),
    async [Symbol.asyncDispose]() {},
  };
}

const atOnce = Promise.resolve();

function heardAtOnce(subscription: Disposable): Subscription {
  return { heard: atOnce, [Symbol.dispose]: () => subscription[Symbol.dispose]() };
}
