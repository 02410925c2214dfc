import { readdirSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { callEachOther, expectEnded } from "./calls-in-progress.ts";
import { chromiumArguments, chromiumPath } from "./chromium.ts";
import { openDevice } from "./people.ts";
import { expect, test } from "./test.ts";

/** Every process of a browser: they stop and go on together, as those of a laptop do. */
function processesOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").map(Number).filter(Boolean)) {
    try {
      // proc(5): the fourth field, the second after the name in parentheses.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
      parents.set(pid, Number(fields?.[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found;
}

test("a machine that slept through its call shows the ended call on waking, and releases the microphone", async ({
  device,
  server,
}) => {
  test.setTimeout(180_000);
  const alice = await device("alice");
  const sleeper = await chromium.launchServer({
    executablePath: chromiumPath(),
    args: chromiumArguments,
  });
  const browser = await chromium.connect(sleeper.wsEndpoint());
  const bob = await openDevice(browser, server.origin, "bob");
  await callEachOther(alice, bob);
  const stopped = processesOf(sleeper.process().pid ?? 0);
  for (const pid of stopped) process.kill(pid, "SIGSTOP");
  try {
    await expect(alice.page.getByText(/Connection lost. Waiting/)).toBeVisible();
    await expect(alice.page.getByRole("button", { name: "Hang up" })).toBeHidden({
      timeout: 75_000,
    });
    await expectEnded(alice, /Connection lost\./);
  } finally {
    for (const pid of stopped) process.kill(pid, "SIGCONT");
  }
  await expectEnded(bob, /Connection lost\./);
  const region = bob.page.getByRole("region", { name: "Call" });
  await expect(region.getByRole("button", { name: "Call back" })).toBeVisible();
  await expect(region).toContainText(/It lasted/);
  const isSending = () =>
    bob.page.evaluate(() =>
      window.ringfenceTest.connections.some((connection) =>
        connection.getSenders().some(({ track }) => track?.readyState === "live"),
      ),
    );
  await expect.poll(isSending).toBe(false);
  await browser.close();
  await sleeper.close();
});
