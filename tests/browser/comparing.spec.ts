import type { Page } from "@playwright/test";
import { expectNoViolationsInBothThemes } from "./axe.ts";
import { expectUntouched, offersOf } from "./before-the-tap.ts";
import { beInCall } from "./being-in-a-call.ts";
import { type PersonAtDevice, ring, signIn } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const callOf = (page: Page) => page.getByRole("region", { name: "Call", exact: true });
const question = (page: Page) => page.getByRole("alertdialog", { name: "Is this really @bob?" });
const comparing = (page: Page) => page.getByRole("alertdialog", { name: "Compare with @bob" });
const soundAt = async (page: Page) => (await mediaFiguresOf(page)).audioPacketsReceived;

/** The words of the four, as a screen reader reads them. */
function emojiAt(page: Page): Promise<string[]> {
  return page
    .getByRole("list", { name: "Emoji of this call" })
    .getByRole("listitem")
    .allInnerTexts();
}

async function hangUp({ page }: PersonAtDevice): Promise<void> {
  await button(page, "Hang up").click();
  await button(page, "Close").click();
}

/** Two people in a call, who read the four emoji to each other and say that they are the same. */
async function compare(alice: PersonAtDevice, bob: PersonAtDevice): Promise<void> {
  for (const { page } of [alice, bob]) await button(page, "Compare").click();
  const seen = await emojiAt(alice.page);
  expect(seen).toHaveLength(4);
  expect(await emojiAt(bob.page)).toEqual(seen);
  for (const { page } of [alice, bob]) await button(page, "They match").click();
}

/** Bob rings from a browser in which he only typed his password, and Alice accepts. */
async function ringFromUnlinked(alice: PersonAtDevice, laptop: PersonAtDevice): Promise<void> {
  await signIn(laptop);
  await laptop.page.goto("/messages/@alice");
  await ring(laptop, "Audio call");
  await button(alice.page, "Accept").click({ delay: 50 });
}

test("two who see the same four emoji have compared, and the next call says so", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  await expect(callOf(alice.page)).toContainText("End-to-end encrypted · not compared");
  await button(alice.page, "Compare").click();
  await expectNoViolationsInBothThemes(alice.page, "the sheet to compare");
  await button(alice.page, "Close").click();
  await compare(alice, bob);
  await expect(callOf(alice.page)).toContainText("End-to-end encrypted · compared");
  await expect(callOf(bob.page).locator("[aria-live=polite]")).toHaveText("Compared with @alice.");
  await hangUp(alice);
  await button(bob.page, "Close").click();
  await expect(alice.page.getByRole("link", { name: "Bob @bob compared" })).toBeVisible();
  await ring(bob, "Audio call");
  await button(alice.page, "Accept").click({ delay: 50 });
  await expect(callOf(bob.page)).toContainText("End-to-end encrypted · compared");
  await expect(callOf(alice.page)).toContainText("End-to-end encrypted · compared");
  await hangUp(alice);
  await alice.page.goto("/settings/devices");
  const people = alice.page.getByRole("region", { name: "Compared people" });
  await expect(people).toContainText("Bob");
  await expectNoViolationsInBothThemes(alice.page, "the list of compared people");
  await people.getByRole("button", { name: "Forget" }).first().click();
  await alice.page.getByRole("alertdialog").getByRole("button", { name: "Forget" }).click();
  await expect(people).toContainText("Nobody yet.");
});

test("whoever sees other emoji ends the call, and reads what that may mean", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  await button(alice.page, "Compare").click();
  await button(alice.page, "They differ").click();
  await expect(callOf(alice.page)).toContainText("You ended the call: the emoji differ.");
  await expect(callOf(alice.page)).toContainText("may have heard what you said");
  await expectNoViolationsInBothThemes(alice.page, "a call that ended with other emoji");
  await expect(callOf(bob.page)).toContainText("Call ended.");
});

test("a device that is not linked is asked about, and nothing is opened before the answer", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await beInCall(alice, bob);
  await hangUp(bob);
  await button(alice.page, "Close").click();
  await alice.page.reload();
  await ringFromUnlinked(alice, laptop);
  await expect(question(alice.page)).toBeFocused();
  await expect(question(alice.page)).toContainText("None of the devices of @bob has linked this");
  await expectNoViolationsInBothThemes(alice.page, "the question before a call");
  // No key answers it, and none of those that steer a call does anything.
  for (const key of ["Escape", "m", "v", "Enter"]) await alice.page.keyboard.press(key);
  await expect(question(alice.page)).toBeVisible();
  await expectUntouched(alice, offersOf(laptop));
  await button(alice.page, "Call anyway").click();
  await expect(callOf(alice.page)).toContainText("End-to-end encrypted · changed, not compared");
  await expect.poll(() => soundAt(alice.page)).toBeGreaterThan(20);
});

test("after comparing, another device is heard only once the two have compared again", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await beInCall(alice, bob);
  await compare(alice, bob);
  await hangUp(bob);
  await button(alice.page, "Close").click();
  await alice.page.reload();
  await ringFromUnlinked(alice, laptop);
  await expect(question(alice.page)).toContainText("You had compared with @bob");
  await expectNoViolationsInBothThemes(alice.page, "the question to compare again");
  await button(alice.page, "Compare again").click();
  await expect(comparing(alice.page)).toBeFocused();
  await expectNoViolationsInBothThemes(alice.page, "comparing before a call");
  await button(laptop.page, "Compare").click();
  expect(await emojiAt(laptop.page)).toEqual(await emojiAt(alice.page));
  // Bob's other device knows Alice's, and sends; she neither sends nor hears.
  await expect.poll(() => soundAt(alice.page)).toBeGreaterThan(20);
  expect((await mediaFiguresOf(alice.page)).audioEnergy).toBe(0);
  expect(await soundAt(laptop.page)).toBe(0);
  await button(alice.page, "They match").click();
  await expect.poll(() => soundAt(laptop.page)).toBeGreaterThan(20);
  await expect.poll(async () => (await mediaFiguresOf(alice.page)).audioEnergy).toBeGreaterThan(0);
  await expect(callOf(alice.page)).toContainText("End-to-end encrypted · compared");
});
