import type { Page } from "@playwright/test";
import { linkDevice } from "./linking.ts";
import { type PersonAtDevice, becomeMutuals, ring, signIn } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

const silentWithin = { timeout: 2_000 };
const incomingAt = ({ page }: PersonAtDevice) =>
  page.getByRole("alertdialog", { name: "Incoming call" });
const acceptAt = (page: Page) => page.getByRole("button", { name: "Accept", exact: true });

test("three devices accept at the same moment: one wins, and no other opens a microphone", async ({
  device,
}) => {
  const [alice, bob, phone, laptop] = await Promise.all([
    device("alice"),
    device("bob"),
    device("bob"),
    device("bob"),
  ]);
  const bobs = [bob, phone, laptop];
  await becomeMutuals(alice, bob);
  for (const other of [phone, laptop]) {
    await signIn(other);
    await linkDevice(bob, other);
  }
  await ring(alice, "Audio call");
  for (const { page } of bobs) await expect(acceptAt(page)).toBeEnabled();
  // In each page by itself: three clicks of the driver's would come one after another.
  await Promise.all(
    bobs.map(({ page }) => acceptAt(page).evaluate((button: HTMLElement) => button.click())),
  );
  await expect(alice.page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  for (const one of bobs) await expect(incomingAt(one)).toBeHidden(silentWithin);
  const opened = await Promise.all(
    bobs.map(async ({ page }) => (await mediaUseOf(page)).microphoneOrCameraOpened),
  );
  expect(opened.filter((count) => count > 0)).toEqual([1]);
  for (const [index, { page }] of bobs.entries()) {
    const isWinner = opened[index] === 1;
    const shown = isWinner
      ? page.getByRole("timer")
      : page.getByText("Answered on another device.");
    await expect(shown).toBeVisible();
  }
});

test("a device that comes online during a ring rings, and a decline there silences all", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect(incomingAt(bob)).toBeVisible();
  await signIn(laptop);
  await expect(incomingAt(laptop)).toBeVisible();
  await laptop.page.getByRole("button", { name: "Decline", exact: true }).click();
  for (const one of [laptop, bob]) await expect(incomingAt(one)).toBeHidden(silentWithin);
  await expect(alice.page.getByText(/can.t talk now/).first()).toBeVisible();
  for (const { page } of [bob, laptop]) {
    expect(await mediaUseOf(page)).toMatchObject({ microphoneOrCameraOpened: 0 });
  }
});

test("a device that comes online during a ring can take it", async ({ device }) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await linkDevice(bob, laptop);
  await laptop.page.goto("about:blank");
  await ring(alice, "Audio call");
  await expect(incomingAt(bob)).toBeVisible();
  await laptop.page.goto("/messages");
  await acceptAt(laptop.page).click();
  await expect(incomingAt(bob)).toBeHidden(silentWithin);
  for (const { page } of [alice, laptop]) await expect(page.getByRole("timer")).toBeVisible();
  expect(await mediaUseOf(bob.page)).toMatchObject({ microphoneOrCameraOpened: 0 });
});
