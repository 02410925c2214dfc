import { test as base } from "@playwright/test";
import { type PersonAtDevice, openDevice } from "./people.ts";
import { type RunningServer, startServer } from "./server.ts";

interface Fixtures {
  server: RunningServer;
  /** Opens a device of a person: a browser profile that no other test sees. */
  device: (handle: string) => Promise<PersonAtDevice>;
}

/** Each test has a server, a database and browser profiles of its own. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
  server: async ({}, use) => {
    await using server = await startServer();
    await use(server);
  },
  device: async ({ browser, server }, use) => {
    const opened: PersonAtDevice[] = [];
    await use(async (handle) => {
      const person = await openDevice(browser, server.origin, handle);
      opened.push(person);
      return person;
    });
    for (const { context } of opened) await context.close();
  },
});
export { expect } from "@playwright/test";
