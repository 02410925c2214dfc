import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { childrenOf } from "../../apps/server/src/cli/test-children.ts";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { ringfence } from "../../apps/server/src/cli/test-ringfence.ts";
import { callEachOther, expectCallToRun, expectEnded } from "./calls-in-progress.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** What is promised is 3 s. Others may have this machine for a while. */
const silenceMsMax = 15_000;

/** Another relay than the server's own, which knows it. */
async function startSecondRelay({ origin, dataDirectory }: RunningServer) {
  const port = await freePort();
  const relay = ringfence(["relay"], {
    directory: dataDirectory,
    settings: {
      HOST: "127.0.0.1",
      PORT: String(port),
      RELAY_SECRET: readFileSync(join(dataDirectory, "relay-secret"), "utf8").trim(),
      RELAY_CONTROL: `${origin.replace("http", "ws")}/relay-control`,
      RELAY_PUBLIC_URLS: `turn:127.0.0.1:${port}?transport=udp`,
    },
  });
  await relay.until("relay control connected");
  return {
    port,
    pid: relay.child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      relay.child.kill("SIGKILL");
      await relay.exited();
    },
  };
}

/** How long no packet of sound came, at most, until some came again after that. In milliseconds. */
function longestSilence(page: Page): Promise<number> {
  return page.evaluate(
    (waitMs) =>
      new Promise<number>((resolve) => {
        const lookMs = 20;
        const silentMs = 500;
        const begunAt = performance.now();
        let heardAt = begunAt;
        let packets = -1;
        let longestMs = 0;
        async function look(): Promise<void> {
          let count = 0;
          (await window.ringfenceTest.connections.at(-1)?.getStats())?.forEach(
            (stats: { type: string; packetsReceived?: number }) => {
              if (stats.type === "inbound-rtp") count += stats.packetsReceived ?? 0;
            },
          );
          const now = performance.now();
          if (count !== packets) {
            longestMs = Math.max(longestMs, now - heardAt);
            heardAt = now;
            packets = count;
          }
          const isOver = longestMs > silentMs || now - begunAt > waitMs;
          if (isOver) resolve(longestMs);
          else setTimeout(() => void look(), lookMs);
        }
        void look();
      }),
    silenceMsMax,
  );
}

test("a call whose relay is killed goes on over the other relay", async ({ device, server }) => {
  await using second = await startSecondRelay(server);
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await callEachOther(alice, bob);
  const before = (await mediaFiguresOf(alice.page)).relayUrl;
  // Both parties are at one relay.
  expect((await mediaFiguresOf(bob.page)).relayUrl).toBe(before);
  const isAtSecond = before.includes(`:${second.port}`);

  const silences = Promise.all([alice, bob].map(({ page }) => longestSilence(page)));
  process.kill(isAtSecond ? second.pid : childrenOf(server.supervisor.pid).relay, "SIGKILL");
  const silencesMs = (await silences).map(Math.round);
  console.log(`Nothing was heard for ${silencesMs.join(" and ")} ms after a relay was killed.`);
  for (const silenceMs of silencesMs) expect(silenceMs).toBeLessThan(silenceMsMax);

  await expectCallToRun(alice.page, bob.page);
  for (const { page } of [alice, bob]) {
    const { relayUrl, selectedPair } = await mediaFiguresOf(page);
    expect([relayUrl === before, selectedPair]).toEqual([false, "relay/relay"]);
  }
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expectEnded(bob, /Call ended/);
});
