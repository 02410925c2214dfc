import type { Page } from "@playwright/test";
import {
  type PersonAtDevice,
  becomeMutuals,
  createAccount,
  letEachOtherRing,
  ring,
} from "./people.ts";
import { countSoundsOfRings, soundsOf } from "./sounds.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf, mediaUseOf } from "./watch-calls.ts";

/** Alice and Bob, who may ring each other, and Carol, who may ring Bob and looks at him. */
async function threePeople(
  device: (handle: string) => Promise<PersonAtDevice>,
): Promise<[PersonAtDevice, PersonAtDevice, PersonAtDevice]> {
  const [alice, bob, carol] = await Promise.all([device("alice"), device("bob"), device("carol")]);
  await countSoundsOfRings(bob);
  await becomeMutuals(alice, bob);
  await createAccount(carol);
  await letEachOtherRing(bob, carol);
  await carol.page.goto("/messages/@bob");
  return [alice, bob, carol];
}

async function call(caller: PersonAtDevice, callee: PersonAtDevice): Promise<void> {
  await ring(caller, "Audio call");
  await callee.page.getByRole("button", { name: "Accept", exact: true }).click();
  for (const { page } of [caller, callee]) await expectToHear(page);
}

async function expectToHear(page: Page): Promise<void> {
  await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  const packets = async () => (await mediaFiguresOf(page)).audioPacketsReceived;
  await expect.poll(packets).toBeGreaterThan(await packets());
}

const carolsRing = ({ page }: PersonAtDevice) =>
  page.getByRole("alertdialog", { name: "Incoming call from Carol" });

test("a second ring waits with one soft tone, and accepting it ends the first call", async ({
  device,
}) => {
  const [alice, bob, carol] = await threePeople(device);
  await call(alice, bob);
  const before = await soundsOf(bob.page);
  await ring(carol, "Audio call");
  const waiting = carolsRing(bob);
  await expect(waiting).toContainText("You are in a call with @alice.");
  await expect(waiting).toContainText("you follow each other");
  await expect(bob.page.locator("[aria-live=assertive]").first()).toContainText(
    "You are in a call with @alice. It goes on until you accept this one.",
  );
  await expect(waiting.getByRole("button", { name: "Accept", exact: true })).toHaveCount(0);
  await expect(carol.page.getByText("Ringing…")).toBeVisible();
  await expectToHear(bob.page);
  expect((await soundsOf(bob.page)) - before).toBe(1);

  await waiting.getByRole("button", { name: "End this call and accept with video" }).click();
  await expect(waiting).toBeHidden();
  await expect(alice.page.getByText("Call ended.")).toBeVisible();
  for (const { page } of [bob, carol]) await expectToHear(page);
  await expect(carol.page.getByLabel("Video of @bob")).toBeVisible();
  await expect(bob.page.getByRole("region", { name: "Call", exact: true })).toContainText("Carol");
  expect((await soundsOf(bob.page)) - before).toBe(1);
});

test("a second ring can be silenced and declined, or be over, and the first call goes on", async ({
  device,
}) => {
  const [alice, bob, carol] = await threePeople(device);
  await call(alice, bob);
  await ring(carol, "Audio call");
  await carolsRing(bob).getByRole("button", { name: "Silence" }).click();
  await expect(bob.page.getByRole("link", { name: "Skip to the page" })).toBeHidden();
  await carolsRing(bob).getByRole("button", { name: "Decline", exact: true }).click();
  await expect(carolsRing(bob)).toBeHidden();
  await carol.page.getByRole("button", { name: "Close" }).click();

  await ring(carol, "Audio call");
  await expect(carolsRing(bob)).toBeVisible();
  await carol.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(carolsRing(bob)).toBeHidden();
  for (const { page } of [alice, bob]) await expectToHear(page);
  expect((await mediaUseOf(bob.page)).microphoneOrCameraOpened).toBe(1);
});

test("a ring that comes while one rings out waits too, and accepting it stops the own ring", async ({
  device,
}) => {
  const [alice, bob, carol] = await threePeople(device);
  await ring(bob, "Audio call");
  await expect(alice.page.getByRole("alertdialog")).toBeVisible();
  await ring(carol, "Audio call");
  const waiting = carolsRing(bob);
  await expect(waiting).toContainText("You are ringing @alice. Accepting stops that.");
  await waiting.getByRole("button", { name: "Stop ringing and accept", exact: true }).click();
  await expect(alice.page.getByRole("alertdialog")).toBeHidden();
  for (const { page } of [bob, carol]) await expectToHear(page);
  await expect(alice.page.getByText(/Missed audio call/i).first()).toBeVisible();
});

test("a second call is accepted in another tab than that of the first", async ({ device }) => {
  const [alice, bob, carol] = await threePeople(device);
  const other = await bob.context.newPage();
  await other.goto("/messages");
  await call(alice, bob);
  await ring(carol, "Audio call");
  await other.getByRole("button", { name: "End this call and accept", exact: true }).click();
  for (const page of [other, carol.page]) await expectToHear(page);
  await expect(bob.page.getByText("In a call with @carol in another tab.")).toBeVisible();
  await expect(alice.page.getByText("Call ended.")).toBeVisible();
});
