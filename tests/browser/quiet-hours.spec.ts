import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { countSounds, soundsOf } from "./sounds.ts";
import { expect, test } from "./test.ts";

/** Any page of Bob's: the ring that is there, by the name that it has quiet or aloud. */
const incomingAt = (page: Page) => page.getByRole("region", { name: "Incoming call" });

async function openCallSettings({ context }: PersonAtDevice): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/settings/calls");
  await expect(page.getByRole("switch", { name: "Do not disturb" })).toBeVisible();
  return page;
}

test("a ring in do not disturb shows and makes no sound, and its caller hears an ordinary one", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await countSounds(bob);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/messages");
  const settings = await openCallSettings(bob);
  await settings.getByRole("button", { name: "Let Ringfence ring" }).click();
  await settings.getByRole("switch", { name: "Do not disturb" }).click();
  await expect(settings.getByText("On until you turn it off.")).toBeVisible();
  // The other page of the account says so too, without being loaded again.
  await expect(bob.page.getByRole("link", { name: /Settings.*Do not disturb/ })).toBeVisible();

  await ring(alice, "Audio call");
  await expect(incomingAt(bob.page)).toContainText("Do not disturb: no sound");
  await expect(incomingAt(settings)).toContainText("Do not disturb: no sound");
  await expect(bob.page).not.toHaveTitle(/is calling/);
  await expect(alice.page.getByText("Ringing")).toBeVisible();
  expect(await soundsOf(bob.page)).toBe(0);
  expect(await soundsOf(settings)).toBe(0);
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(bob.page.getByText(/Missed audio call/i).first()).toBeVisible();

  await settings.getByRole("switch", { name: "Do not disturb" }).click();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await ring(alice, "Audio call");
  await expect(incomingAt(bob.page)).toBeVisible();
  await expect(incomingAt(bob.page)).not.toContainText("no sound");
  await expect
    .poll(async () => (await soundsOf(bob.page)) + (await soundsOf(settings)))
    .toBeGreaterThan(0);
});

test("a quiet ring can be taken", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/messages");
  const settings = await openCallSettings(bob);
  await settings.getByRole("button", { name: "For 1 hour" }).click();
  await expect(bob.page.getByRole("link", { name: /Settings.*Quiet until/ })).toBeVisible();
  await settings.close();
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(alice.page.getByRole("timer")).toBeVisible();
});

test("quiet hours are set in the time zone that the browser tells, and can be changed", async ({
  browser,
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const state = await bob.context.storageState();
  // Half past ten in the evening of a Wednesday, in Berlin.
  const night = Date.parse("2026-07-01T20:30:00Z");
  const context = await browser.newContext({
    baseURL: server.origin,
    storageState: state,
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(night);
  await page.goto("/settings/calls");
  await page.getByRole("button", { name: "Add quiet hours" }).click();
  const sheet = page.getByRole("dialog", { name: "Add quiet hours" });
  await sheet.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Change Every day, 22:00 to 7:00" })).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
  await expect(page.getByText("Quiet now, until tomorrow, 7:00.")).toBeVisible();
  await expect(page.getByRole("link", { name: /Settings.*Quiet until 7:00/ })).toBeVisible();

  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await expect(page.getByText("by the clock of Asia/Tokyo")).toBeVisible();
  // Half past five there: its seven o'clock is midnight here.
  await expect(page.getByText("Quiet now, until tomorrow, 0:00.")).toBeVisible();
  await page.getByRole("button", { name: "Use Europe/Berlin" }).click();
  await expect(page.getByText("Quiet now, until tomorrow, 7:00.")).toBeVisible();

  await page.getByRole("button", { name: "Change Every day, 22:00 to 7:00" }).click();
  const change = page.getByRole("dialog", { name: "Change quiet hours" });
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) {
    await change.getByRole("checkbox", { name: day }).uncheck();
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await change.getByLabel("From").fill("");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change.getByText("Say from when.")).toBeVisible();
  await change.getByLabel("From").fill("23:15");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change).toBeHidden();
  const weekend = page.getByRole("button", {
    name: "Change Saturday and Sunday, 23:15 to 7:00 the day after",
  });
  await weekend.click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No hours are set")).toBeVisible();
  await expect(page.getByText("Rings make a sound at all times.")).toBeVisible();
  await context.close();
});
