import { becomeAcquainted, becomeMutuals } from "./people.ts";
import { expect, test } from "./test.ts";

const live = { timeout: 2_000 };

test("a right to ring is given, made loud and ended on the person's page", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  const calls = alice.page.getByRole("button", { name: "Audio call", exact: true });
  await bob.page.goto("/people/@alice");
  await bob.page.getByRole("button", { name: "Once, within 24 hours" }).click();
  await expect(bob.page.getByText(/@alice may ring once, until tomorrow/)).toBeVisible();
  await expect(calls).toBeVisible(live);
  const loud = bob.page.getByRole("checkbox", { name: "Rings aloud in quiet hours too" });
  await loud.click();
  await expect(loud).toBeChecked();
  await bob.page.getByRole("button", { name: "End", exact: true }).click();
  await expect(bob.page.getByRole("button", { name: "Always" })).toBeVisible();
  await expect(calls).toBeHidden(live);
});

test("who stops following is asked about the right to ring that they gave", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const calls = alice.page.getByRole("button", { name: "Audio call", exact: true });
  await bob.page.goto("/people/@alice");
  await bob.page.getByRole("button", { name: "Always" }).click();
  await expect(bob.page.getByText("@alice may always ring")).toBeVisible();
  const follow = bob.page.getByRole("button", { name: "Follow", exact: true });
  const sheet = bob.page.getByRole("dialog", { name: "Stop following @alice?" });
  const endRight = sheet.getByRole("checkbox", { name: "Also end @alice's right to ring you?" });
  await follow.click();
  await expect(endRight).toBeChecked();
  await endRight.click();
  await sheet.getByRole("button", { name: "Stop following" }).click();
  await expect(follow).toHaveAttribute("aria-pressed", "false");
  await expect(follow).toBeFocused();
  await expect(calls).toBeVisible();
  await follow.click();
  await expect(follow).toHaveAttribute("aria-pressed", "true");
  await follow.click();
  await sheet.getByRole("button", { name: "Stop following" }).click();
  await expect(bob.page.getByRole("button", { name: "Always" })).toBeVisible();
  await expect(calls).toBeHidden(live);
});

test("the address book, the address and a report are kept to oneself", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  const framesBefore = alice.frames.length;
  await bob.page.goto("/people/@alice");
  const inBook = bob.page.getByRole("checkbox", { name: "In my address book" });
  await inBook.click();
  await expect(inBook).toBeChecked();
  const address = bob.page.getByLabel("My address in calls with @alice");
  await address.selectOption("Shown");
  await expect(address).toBeEnabled();
  await bob.page.getByRole("button", { name: "Report", exact: true }).click();
  const sheet = bob.page.getByRole("dialog", { name: "Report @alice" });
  await sheet.getByLabel("What happened").fill("They ring at night");
  await sheet.getByRole("button", { name: "Send report" }).click();
  await expect(sheet).toContainText("Sent.");
  await sheet.getByRole("button", { name: "Close" }).click();
  await bob.page.reload();
  await expect(inBook).toBeChecked();
  await expect(address).toHaveValue("show");
  expect(alice.frames.slice(framesBefore).join("\n")).not.toContain("person-changed");
});
