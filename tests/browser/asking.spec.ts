import {
  becomeAcquainted,
  becomeMutuals,
  chooseCalls,
  createAccount,
  letEachOtherRing,
  ring,
} from "./people.ts";
import type { PersonAtDevice } from "./people.ts";
import { expect, test } from "./test.ts";

/** What happens on one side shows on the other within a second, and a little for a slow machine. */
const live = { timeout: 2_000 };

const button = ({ page }: PersonAtDevice, name: string) =>
  page.getByRole("button", { name, exact: true });
const card = ({ page }: PersonAtDevice, name: string) =>
  page.getByRole("region", { name: `${name} asks to call` });

async function askToCall(person: PersonAtDevice, reason: string): Promise<void> {
  await button(person, "Ask to call").click();
  const sheet = person.page.getByRole("dialog", { name: /^Ask @\w+ to call$/ });
  await expect(sheet.getByLabel("Reason")).toBeFocused();
  await sheet.getByLabel("Reason").fill(reason);
  await sheet.getByRole("button", { name: "Send request" }).click();
  await expect(sheet).toBeHidden();
  await expect(button(person, "Withdraw")).toBeVisible();
}

test("a request is a quiet card, and *Always* opens the calls to the one who asked", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await askToCall(alice, "About the boat");
  await expect(card(bob, "Alice")).toBeVisible(live);
  await expect(card(bob, "Alice")).toContainText("About the boat");
  await expect(bob.page.getByRole("alertdialog")).toHaveCount(0);

  await bob.page.goto("/messages");
  const requests = bob.page.getByRole("region", { name: "Requests" });
  await expect(requests.getByText("Alice asks to call")).toBeVisible();
  await button(bob, "Always").click();
  await expect(requests).toBeHidden();
  await expect(button(alice, "Audio call")).toBeVisible(live);
  await expect(button(alice, "Withdraw")).toBeHidden();

  await ring(alice, "Audio call");
  await expect(bob.page.getByRole("alertdialog")).toContainText("you said always");
});

for (const answer of ["Not now", "Never"]) {
  test(`*${answer}* takes the card away and looks like silence to the one who asked`, async ({
    device,
  }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeAcquainted(alice, bob);
    await askToCall(alice, "");
    const header = alice.page.locator("main header");
    const before = await header.innerHTML();
    const framesBefore = alice.frames.length;
    await button(bob, answer).click();
    await expect(card(bob, "Alice")).toBeHidden();
    // What alice is told of it would have come before the answer to this message.
    await bob.page.getByLabel("Message", { exact: true }).fill("About something else");
    await button(bob, "Send").click();
    await expect(alice.page.getByRole("log").getByText("About something else")).toBeVisible();
    expect(await header.innerHTML()).toBe(before);
    const told = alice.frames.slice(framesBefore).join("\n");
    expect(told).not.toMatch(/"type":"(person-changed|ask-|grants-changed)/);
  });
}

test("a request that is withdrawn takes the card away, and cannot be sent again at once", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await askToCall(alice, "");
  await expect(card(bob, "Alice")).toBeVisible(live);
  await button(alice, "Withdraw").click();
  await expect(card(bob, "Alice")).toBeHidden(live);
  await expect(alice.page.getByText(/You can.t call @bob here/)).toBeVisible(live);
});

test("*Call now* rings the one who asked, also with their calls off", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await chooseCalls(alice, { calling: "off" });
  await askToCall(alice, "Just a minute");
  await button(bob, "Call now").click();
  const incoming = alice.page.getByRole("alertdialog", { name: "Incoming call from Bob" });
  await expect(incoming).toContainText("you asked them to call");
  await expect(card(bob, "Alice")).toBeHidden();
  await incoming.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(bob.page.getByRole("timer")).toBeVisible();
});

test("a right that is given while calls are off asks first whether to turn them on", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await chooseCalls(bob, { calling: "on", audiences: ["mutuals"] });
  await askToCall(alice, "");
  await chooseCalls(bob, { calling: "off" });
  await button(bob, "For 7 days").click();
  const sheet = bob.page.getByRole("dialog", { name: "Your calls are off" });
  await sheet.getByRole("button", { name: "Keep calls off" }).click();
  await expect(card(bob, "Alice")).toBeVisible();
  await expect(button(bob, "For 7 days")).toBeFocused();
  await button(bob, "For 7 days").click();
  await sheet.getByRole("button", { name: "Turn on for single people" }).click();
  await expect(button(alice, "Audio call")).toBeVisible(live);
  await bob.page.goto("/settings/calls");
  await expect(bob.page.getByRole("switch", { name: "Calls", exact: true })).toBeChecked();
  await expect(bob.page.getByRole("checkbox", { name: "Mutuals" })).not.toBeChecked();
});

test("the first ring of a person offers gentler ways, and the second one starts at once", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const sheet = alice.page.getByRole("dialog", { name: "Ring @bob now?" });
  await button(alice, "Audio call").click();
  await sheet.getByRole("button", { name: "Message first" }).click();
  await expect(sheet).toBeHidden();
  await expect(alice.page.getByLabel("Message", { exact: true })).toBeFocused();

  await button(alice, "Audio call").click();
  await alice.page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(button(alice, "Audio call")).toBeFocused();

  await button(alice, "Video call").click();
  await sheet.getByRole("button", { name: "Ring now" }).click();
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call from Alice" });
  await expect(incoming).toContainText("Video call");
  await incoming.getByRole("button", { name: "Decline", exact: true }).click({ delay: 50 });
  await alice.page.getByRole("button", { name: "Close" }).click();
  await button(alice, "Audio call").click();
  await expect(alice.page.getByRole("region", { name: "Call", exact: true })).toBeVisible();
  await expect(sheet).toBeHidden();
});

test("who may ring can ask all the same, and keeps the buttons", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await button(alice, "Audio call").click();
  await askToCall(alice, "Is now a good time?");
  await expect(card(bob, "Alice")).toContainText("Is now a good time?", live);
  await expect(button(alice, "Audio call")).toBeVisible();
});

test("a call that comes in over an open sheet can be taken, and what was typed stays", async ({
  device,
}) => {
  const [alice, bob, carol] = await Promise.all([device("alice"), device("bob"), device("carol")]);
  await becomeAcquainted(alice, bob);
  await createAccount(carol);
  await letEachOtherRing(alice, carol);
  await carol.page.goto("/messages/@alice");
  await button(alice, "Ask to call").click();
  const reason = alice.page.getByLabel("Reason");
  await reason.fill("About the boat");
  await ring(carol, "Audio call");
  const incoming = alice.page.getByRole("alertdialog", { name: "Incoming call from Carol" });
  await expect(incoming).toBeVisible();
  await expect(reason).toBeFocused();
  await alice.page.keyboard.press("F6");
  await expect(incoming).toBeFocused();
  await expect(reason).toHaveValue("About the boat");
  await incoming.getByRole("button", { name: "Decline", exact: true }).click({ delay: 50 });
  await expect(incoming).toBeHidden();
});
