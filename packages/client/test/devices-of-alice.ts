import type { OwnDevicesSnapshot } from "../src/identity/own-devices.ts";
import { memoryVaults } from "../src/headless/memory-vault.ts";
import { online, openWorld, type Profile, type TestWorld } from "./test-client.ts";
import { TestOwnDevices } from "./test-own-devices.ts";
import { until } from "./until.ts";

export type Known = Extract<OwnDevicesSnapshot, { state: "known" }>;

/** Devices of Alice's account, each with a profile of its own. */
export class DevicesOfAlice implements AsyncDisposable {
  readonly worlds: TestWorld[] = [];

  async open(profile: Profile = {}): Promise<TestWorld> {
    const world = await openWorld(profile);
    this.worlds.push(world);
    await online(world);
    return world;
  }

  /** A linked device and one that waits. */
  async linkedAndWaiting(devices = new TestOwnDevices(), openVault = memoryVaults()) {
    const first = await this.open({ devices, openVault });
    await known(first, ({ isLinked }) => isLinked);
    const second = await this.open({ devices, deviceId: "3".repeat(26) });
    const asking = await known(second);
    tell(first);
    const { waiting } = await known(first, showsOne);
    const [waits] = waiting;
    if (waits === undefined) throw new Error("nothing waits");
    return { devices, first, second, asking, waits };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const world of this.worlds.splice(0)) await world[Symbol.asyncDispose]();
  }
}

export async function known(
  { client }: TestWorld,
  is: (snapshot: Known) => boolean = () => true,
): Promise<Known> {
  let found: Known | undefined;
  await until(client.ownDevices.snapshot, (snapshot) => {
    if (snapshot.state !== "known" || !is(snapshot)) return false;
    found = snapshot;
    return true;
  });
  if (found === undefined) throw new Error("it came to nothing");
  return found;
}

/** The server has something new of the devices. */
export function tell(...told: TestWorld[]): void {
  for (const { server } of told) server.connections.at(-1)?.deliver({ type: "devices-changed" });
}

export function showsOne({ waiting }: Known): boolean {
  return waiting.length === 1;
}
