import { randomUUID } from "node:crypto";
import type { DeviceId } from "@ringfence/protocol";
import type { Announcement } from "./announcement.ts";
import type { Bus, BusChange, NodeId } from "./bus.ts";
import { Handlers } from "./handlers.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { pickMember } from "../rendezvous.ts";

/** Nodes of one installation in one process, which hear each other at once and die when told to. */
export class TestNodes {
  readonly #living = new Map<NodeId, TestNode>();
  readonly #isConnected: (device: DeviceId) => boolean;

  /** @param isConnected whether a device is connected to any of them */
  constructor(isConnected: (device: DeviceId) => boolean) {
    this.#isConnected = isConnected;
  }

  join(): Bus {
    const node = randomUUID() as NodeId;
    const hearing = new Handlers<{ announcement: Announcement; from: NodeId }, void>();
    const changing = new Handlers<BusChange, void>();
    const living = this.#living;
    const bus: Bus = {
      ...createInProcessBus(),
      isShared: true,
      node,
      members: () => [...living.keys()],
      isMine: (key) => pickMember(key, [...living.keys()]) === node,
      isConnected: async (device) => this.#isConnected(device),
      announce(announcement) {
        if (!living.has(node)) return;
        for (const each of living.values()) each.hearing.call({ announcement, from: node });
      },
      hear: (handler) => hearing.add(({ announcement, from }) => handler(announcement, from)),
      onChange: (handler) => changing.add(handler),
    };
    living.set(node, { hearing, changing });
    this.#changed();
    return bus;
  }

  /** Nothing that it says is heard any more, and it hears nothing. */
  die({ node }: Bus): void {
    this.#living.delete(node);
    this.#changed();
  }

  #changed(): void {
    for (const { changing } of this.#living.values()) changing.call("members");
  }
}

interface TestNode {
  hearing: Handlers<{ announcement: Announcement; from: NodeId }, void>;
  changing: Handlers<BusChange, void>;
}
