import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smallFootprint } from "./small-footprint.ts";
import { freePort } from "./test-free-port.ts";
import { ringfence } from "./test-ringfence.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-cli-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe("the command line", { timeout: 30_000 }, () => {
  it.each([["--help"], ["start", "--help"], []])("explains itself: %o", async (...parameters) => {
    const command = ringfence(parameters, { directory });
    expect(await command.exited()).toBe(0);
    expect(command.said()).toContain("Usage: ringfence <command>");
  });

  it("says its version", async () => {
    const command = ringfence(["--version"], { directory });
    expect(await command.exited()).toBe(0);
    expect(command.said()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [["dance"], "There is no command `dance`."],
    [["start", "now"], "`ringfence start` takes no `now`."],
    [["start", "--dmeo"], "`ringfence start` has no option `--dmeo`."],
    [["start", "--demo=1"], "`ringfence start` has no option `--demo`."],
    [["relay", "--demo"], "`ringfence relay` has no option `--demo`."],
  ])("refuses what it does not know: %o", async (parameters, problem) => {
    const command = ringfence(parameters, { directory });
    expect(await command.exited()).toBe(2);
    expect(command.said()).toBe(`${problem} See \`ringfence --help\`.\n`);
  });

  it("runs a relay alone until it is told to stop", async () => {
    const port = await freePort();
    const relay = ringfence(["relay"], {
      directory,
      settings: {
        HOST: "127.0.0.1",
        PORT: String(port),
        RELAY_SECRET: "a secret of some length",
      },
    });
    await relay.until("relay listening");
    relay.child.kill("SIGINT");
    expect(await relay.exited()).toBe(0);
  });

  it.runIf(process.platform === "linux")(
    "runs a relay alone as small as a supervised one",
    async () => {
      const relay = ringfence(["relay"], {
        directory,
        settings: {
          HOST: "127.0.0.1",
          PORT: String(await freePort()),
          RELAY_SECRET: "a secret of some length",
        },
      });
      await relay.until("relay listening");
      // proc(5): the process that was started, and no child of it.
      const { pid } = relay.child;
      expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")).toContain(smallFootprint[0]);
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toContain("NODE_COMPILE_CACHE=");
      relay.child.kill("SIGINT");
      expect(await relay.exited()).toBe(0);
    },
  );

  it("runs no relay without a secret", async () => {
    const relay = ringfence(["relay"], { directory });
    expect(await relay.exited()).toBe(1);
    expect(relay.said()).toBe("A relay needs the RELAY_SECRET of its server.\n");
  });
});
