import type * as Os from "node:os";
import { afterEach, describe, expect, test, vi } from "vitest";
import { shellLimits } from "../limits.ts";
import { MemoryLog } from "../test-client/memory-log.ts";
import { localAddresses } from "./local-addresses.ts";
import { runRelay } from "./run-relay.ts";

const os = vi.hoisted(() => ({ addresses: [] as string[] }));

vi.mock("node:os", async (original) => ({
  ...(await original<typeof Os>()),
  networkInterfaces: () =>
    Object.fromEntries(os.addresses.map((address, i) => [`eth${i}`, [{ address }]])),
}));

// Only there every address of 127.0.0.0/8 can be bound.
const isLinux = process.platform === "linux";
if (!isLinux) console.warn("Not tested here, a machine with many addresses: it needs Linux.");

afterEach(() => {
  os.addresses = [];
});

describe("the addresses of this machine", () => {
  test("are named once, also where two interfaces have the same one", () => {
    os.addresses = ["127.0.0.1", "10.0.0.1", "2001:db8::1", "10.0.0.1", "fe80::1"];
    expect(localAddresses("::")).toEqual(["127.0.0.1", "10.0.0.1", "2001:db8::1"]);
    expect(localAddresses("0.0.0.0")).toEqual(["127.0.0.1", "10.0.0.1"]);
  });

  test.runIf(isLinux)(
    "may be more than the batched data path has room for: the relay takes the portable one",
    async () => {
      const count = shellLimits.localAddressesMax + 1;
      os.addresses = Array.from({ length: count }, (_, i) => `127.0.1.${i + 1}`);
      const config = { host: "0.0.0.0", port: 0, secret: "a secret for tests", controlUrls: [] };
      await using relay = await runRelay(config, new MemoryLog());
      expect(relay.dataPath).toBe("portable");
      await expect(
        runRelay({ ...config, dataPath: "batched" }, new MemoryLog()),
      ).rejects.toMatchObject({ code: "relay-config-refused" });
    },
  );
});
