import type { Page } from "@playwright/test";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { countSoundsOfRings, soundsOf } from "./sounds.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

const incomingAt = (page: Page) => page.getByRole("alertdialog", { name: "Incoming call" });

async function openTab({ context }: PersonAtDevice): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/messages");
  return page;
}

/** Of the tabs of one profile the one that rings aloud; none other has made a sound by then. */
async function loudOf(tabs: readonly Page[]): Promise<Page> {
  const counts = () => Promise.all(tabs.map(soundsOf));
  const before = await counts();
  const heard = async () => (await counts()).map((count, index) => count - (before[index] ?? 0));
  // Two rounds of the ring: another tab would have had its turn by then.
  await expect
    .poll(async () => Math.max(...(await heard())), { timeout: 15_000 })
    .toBeGreaterThan(8);
  const loud = (await heard()).flatMap((count, index) =>
    count > 0 ? tabs.slice(index, index + 1) : [],
  );
  expect(loud).toHaveLength(1);
  return loud[0] as Page;
}

test("one tab of a profile rings aloud, and the next as soon as that one is closed or crashes", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await countSoundsOfRings(bob);
  await becomeMutuals(alice, bob);
  const tabs = [bob.page, await openTab(bob), await openTab(bob)];
  await ring(alice, "Audio call");
  for (const tab of tabs) await expect(incomingAt(tab)).toBeVisible();

  const first = await loudOf(tabs);
  await first.close();
  const left = tabs.filter((tab) => tab !== first);
  const second = await loudOf(left);
  const crashed = second.waitForEvent("crash");
  const browser = await bob.context.newCDPSession(second);
  // It answers nothing any more.
  browser.send("Page.crash").catch(() => {});
  await crashed;
  const [last] = left.filter((tab) => tab !== second);
  expect(await loudOf([last as Page])).toBe(last);
  await expect(alice.page.getByRole("button", { name: "Cancel call" })).toBeVisible();
});

test("accept, decline and silence work in a tab that does not ring, and the others follow", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await countSoundsOfRings(bob);
  await becomeMutuals(alice, bob);
  const tabs = [bob.page, await openTab(bob)];
  const ringsBob = async (): Promise<{ loud: Page; mute: Page }> => {
    await ring(alice, "Audio call");
    for (const tab of tabs) await expect(incomingAt(tab)).toBeVisible();
    const loud = await loudOf(tabs);
    return { loud, mute: tabs.find((tab) => tab !== loud) as Page };
  };

  const silenced = await ringsBob();
  await silenced.mute.getByRole("button", { name: "Silence" }).click();
  const isSilenced = { name: "Silenced", pressed: true };
  await expect(silenced.loud.getByRole("button", isSilenced)).toBeVisible();
  const soundsThen = await soundsOf(silenced.loud);
  await silenced.mute.getByRole("button", { name: "Decline", exact: true }).click();
  for (const tab of tabs) await expect(incomingAt(tab)).toBeHidden();
  expect(await soundsOf(silenced.loud)).toBe(soundsThen);
  await alice.page.getByRole("button", { name: "Close" }).click();

  const { loud, mute } = await ringsBob();
  await mute.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(mute.getByRole("timer")).toBeVisible();
  await expect(incomingAt(loud)).toBeHidden();
  await expect(loud.getByText("In a call with @alice in another tab.")).toBeVisible();
  expect(await mediaUseOf(loud)).toMatchObject({ microphoneOrCameraOpened: 0 });
  await loud.getByRole("region", { name: "Call" }).getByRole("button", { name: "Hang up" }).click();
  await expect(mute.getByText("Call ended.")).toBeVisible();
  await expect(loud.getByText("in another tab")).toBeHidden();
  await expect(alice.page.getByText("Call ended.")).toBeVisible();
});

test("a tab that rings somebody is known to the others, which can cancel it", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const other = await openTab(alice);
  await ring(alice, "Audio call");
  await expect(other.getByText("Ringing @bob in another tab.")).toBeVisible();
  await expect(incomingAt(bob.page)).toBeVisible();
  await other.getByRole("button", { name: "Cancel call" }).click();
  await expect(alice.page.getByText("Call cancelled.")).toBeVisible();
  await expect(incomingAt(bob.page)).toBeHidden();
});

test("the call of a tab that is closed can be gone on with in another", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const other = await openTab(bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(alice.page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  await expect(other.getByText("In a call with @alice in another tab.")).toBeVisible();
  await bob.page.close({ runBeforeUnload: true });
  await expect(other.getByText("You are in a call with @alice")).toBeVisible();
  await expect(other.getByText("in another tab")).toBeHidden();
  expect(await mediaUseOf(other)).toMatchObject({ microphoneOrCameraOpened: 0 });
  await other.getByRole("button", { name: "Return to the call" }).click();
  for (const page of [other, alice.page]) {
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  }
});
