import { becomeMutuals, ring } from "./people.ts";
import { expect, test } from "./test.ts";

test("what is pressed on the card of a ring leads the focus, and the card never takes it", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const field = bob.page.getByLabel("Message", { exact: true });
  await field.focus();
  await ring(alice, "Audio call");
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  await expect(bob.page).toHaveTitle("Alice is calling – Ringfence");
  await expect(field).toBeFocused();

  const decline = incoming.getByRole("button", { name: "Decline with a message" });
  await decline.click();
  const words = incoming.getByLabel("Your words to @alice");
  await expect(words).toBeFocused();
  await incoming.getByRole("button", { name: "Back" }).click();
  await expect(decline).toBeFocused();

  const silence = incoming.getByRole("button", { name: "Silence" });
  await silence.focus();
  await silence.press("Enter");
  await expect(incoming.getByRole("button", { name: "Silenced", pressed: true })).toBeFocused();
  await expect(bob.page).toHaveTitle(/Alice \(@alice\)/);

  await decline.click();
  await words.press("Enter");
  await expect(incoming).toBeHidden();
  await expect(field).toBeFocused();
  await expect(alice.page.getByText(/can.t talk now/).first()).toBeVisible();
});

test("no question about a microphone is told of where the browser asks none", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.page.evaluate(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver(() => told.push(document.body.innerText)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(alice.page.getByRole("timer")).toBeVisible();
  const told = await alice.page.evaluate(() => (window as unknown as { told: string[] }).told);
  expect(told.filter((text) => text.includes("Waiting for the microphone"))).toEqual([]);
});
