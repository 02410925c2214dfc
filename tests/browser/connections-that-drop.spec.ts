import { callEachOther, expectCallToRun } from "./calls-in-progress.ts";
import type { PersonAtDevice } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf, mediaUseOf } from "./watch-calls.ts";

declare global {
  interface Window {
    ringfenceSockets: WebSocket[];
  }
}

/** Keeps the page's connections to the server at hand, so that the test can drop them. */
async function keepSockets({ context }: PersonAtDevice): Promise<void> {
  await context.addInitScript(() => {
    window.ringfenceSockets = [];
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        window.ringfenceSockets.push(this);
      }
    };
  });
}

/** Steps of 200 ms in which no sound arrived, of three seconds. */
function silentSteps({ page }: PersonAtDevice): Promise<number> {
  return page.evaluate(async () => {
    const [connection] = window.ringfenceTest.connections.slice(-1);
    const count = async () => {
      let packets = 0;
      (await connection?.getStats())?.forEach((stats) => {
        if (stats.type === "inbound-rtp" && stats.kind === "audio")
          packets += stats.packetsReceived;
      });
      return packets;
    };
    let silent = 0;
    let before = await count();
    for (let step = 0; step < 15; step += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const now = await count();
      if (now === before) silent += 1;
      before = now;
    }
    return silent;
  });
}

function welcomes({ frames }: PersonAtDevice): number {
  return frames.filter((frame) => frame.includes('"type":"welcome"')).length;
}

test("a connection to the server that drops disturbs no sound and restarts nothing", async ({
  device,
}) => {
  const people = [await device("alice"), await device("bob")] as const;
  await Promise.all(people.map(keepSockets));
  await callEachOther(...people);
  const uses = await Promise.all(people.map(({ page }) => mediaUseOf(page)));
  const before = people.map(welcomes);
  const listening = Promise.all(people.map(silentSteps));
  for (const { page } of people) {
    await page.evaluate(() => window.ringfenceSockets.at(-1)?.close());
  }
  expect(await listening).toEqual([0, 0]);
  for (const [index, person] of people.entries()) {
    await expect.poll(() => welcomes(person)).toBeGreaterThan(before[index] ?? 0);
    await expect(person.page.getByText(/Connection lost|does not answer/)).toBeHidden();
  }
  expect(await Promise.all(people.map(({ page }) => mediaUseOf(page)))).toEqual(uses);
  await expectCallToRun(...people.map(({ page }) => page));
  const { selectedPair } = await mediaFiguresOf(people[0].page);
  expect(selectedPair).toBe("relay/relay");
});
