import { test as base } from "@playwright/test";
import type { Browser as Firefox } from "puppeteer-core";
import { type CallingDevice, chromiumDevice } from "./calling-device.ts";
import { type FirefoxDevice, firefoxDevice, launchFirefox } from "./firefox.ts";
import { type PersonAtDevice, openDevice } from "./people.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

export type Make = "Chromium" | "Firefox";

interface Fixtures {
  serverOptions: ServerOptions;
  server: RunningServer;
  /** Opens a device of a person: a browser profile that no other test sees. */
  device: (handle: string, origin?: string) => Promise<PersonAtDevice>;
  /** The same in a browser of either make, as far as a call needs it. */
  deviceOf: (make: Make, handle: string) => Promise<CallingDevice>;
}

interface WorkerFixtures {
  /** Starts where the first test needs it; its profiles are as apart as Chromium's. */
  firefox: () => Promise<Firefox>;
}

/** Each test has a server, a database and browser profiles of its own. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  serverOptions: [{}, { option: true }],
  server: async ({ serverOptions }, use) => {
    await using server = await startServer(serverOptions);
    await use(server);
  },
  device: async ({ browser, server }, use) => {
    const opened: PersonAtDevice[] = [];
    await use(async (handle, origin = server.origin) => {
      const person = await openDevice(browser, origin, handle);
      opened.push(person);
      return person;
    });
    for (const { context } of opened) await context.close();
  },
  deviceOf: async ({ device, firefox, server }, use) => {
    const opened: FirefoxDevice[] = [];
    await use(async (make, handle) => {
      if (make === "Chromium") return chromiumDevice(await device(handle));
      const fox = await firefoxDevice(await firefox(), server.origin, handle);
      opened.push(fox);
      return fox;
    });
    for (const fox of opened) await fox.close();
  },
  firefox: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
    async ({}, use) => {
      let started: Promise<Firefox> | undefined;
      await use(() => (started ??= launchFirefox()));
      await (await started)?.close();
    },
    { scope: "worker" },
  ],
});
export { expect } from "@playwright/test";

/** Skips the test, and says why, where something that it needs is missing. */
export function skipFor(reason: string | null): void {
  if (reason !== null) console.log(`Skipped: ${reason}`);
  test.skip(reason !== null, reason ?? "");
}
