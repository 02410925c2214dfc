import type { AccountId, DeviceId } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { Connection } from "./connection.ts";
import { Registry } from "./registry.ts";

function connectionOf(device: string): Connection {
  const login = {
    account: "a" as AccountId,
    device: device as DeviceId,
    askedHost: "localhost",
  };
  return new Connection(
    login,
    { send() {}, close() {}, queuedBytes: () => 0 },
    {
      welcome: async () => null,
      credentialFor: () => ({ urls: [], username: "", credential: "" }),
      latestSequence: async () => null,
      handle: async () => null,
      now: () => 0,
      logError: console.error,
    },
  );
}

test("the last connection of a device is told apart, whatever other devices have open", async () => {
  const bus = createInProcessBus();
  const registry = new Registry(bus);
  const [first, second, laptop] = ["phone", "phone", "laptop"].map(connectionOf) as [
    Connection,
    Connection,
    Connection,
  ];
  for (const connection of [first, second, laptop])
    expect(await registry.add(connection)).toBe(true);
  const areConnected = () =>
    Promise.all(["phone", "laptop"].map((id) => bus.isConnected(id as DeviceId)));
  expect(registry.remove(first)).toBe(false);
  expect(await areConnected()).toEqual([true, true]);
  expect(registry.remove(second)).toBe(true);
  expect(await areConnected()).toEqual([false, true]);
  expect(registry.remove(second)).toBe(false);
  expect(registry.remove(laptop)).toBe(true);
  expect(registry.size).toBe(0);
});
