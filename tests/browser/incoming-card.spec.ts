import type { Page } from "@playwright/test";
import { becomeMutuals, createAccount, letEachOtherRing, ring } from "./people.ts";
import { countSoundsOfRings, soundsOf } from "./sounds.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

const cardAt = (page: Page) => page.getByRole("alertdialog", { name: "Incoming call from Alice" });
const acceptAt = (page: Page) => cardAt(page).getByRole("button", { name: "Accept", exact: true });
const fieldAt = (page: Page) => page.getByLabel("Message", { exact: true });

test("a ring is announced at once and never takes the focus from a field", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await fieldAt(bob.page).focus();
  await bob.page.keyboard.type("In the mid");
  await ring(alice, "Video call");
  await expect(cardAt(bob.page)).toBeVisible();
  await expect(bob.page.locator("[aria-live=assertive]").first()).toHaveText(
    "Incoming video call from Alice, @alice. You follow each other. Press F6 to answer.",
  );
  await expect(cardAt(bob.page)).toHaveAccessibleDescription(/Alice.*you follow each other/);
  await expect(acceptAt(bob.page)).toBeEnabled();
  await bob.page.keyboard.type("dle of a word ");
  await expect(fieldAt(bob.page)).toBeFocused();
  await expect(fieldAt(bob.page)).toHaveValue("In the middle of a word ");
  await bob.page.keyboard.press("Enter");
  await expect(bob.page.getByRole("log").getByText("In the middle of a word")).toBeVisible();
  await expect(cardAt(bob.page)).toBeVisible();
  expect(bob.frames.filter((frame) => frame.startsWith('{"type":"accept"'))).toEqual([]);
});

test("F6 moves to the card and back, and only its own button accepts", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await fieldAt(bob.page).focus();
  await ring(alice, "Audio call");
  await expect(acceptAt(bob.page)).toBeEnabled();
  await bob.page.keyboard.press("F6");
  await expect(cardAt(bob.page)).toBeFocused();
  // On the card itself neither key means anything.
  await bob.page.keyboard.press("Enter");
  await bob.page.keyboard.press("Space");
  await bob.page.keyboard.press("F6");
  await expect(fieldAt(bob.page)).toBeFocused();
  await bob.page.keyboard.press("F6");
  await acceptAt(bob.page).focus();
  expect(bob.frames.filter((frame) => frame.startsWith('{"type":"accept"'))).toEqual([]);
  await bob.page.keyboard.press("Enter");
  await expect(bob.page.getByRole("timer")).toBeVisible();
});

test("Escape neither accepts nor declines, wherever the focus is", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await fieldAt(bob.page).focus();
  await ring(alice, "Audio call");
  await expect(acceptAt(bob.page)).toBeEnabled();
  for (const place of [fieldAt(bob.page), cardAt(bob.page), acceptAt(bob.page)]) {
    await place.focus();
    await bob.page.keyboard.press("Escape");
    await expect(place).toBeFocused();
  }
  await expect(cardAt(bob.page)).toBeVisible();
  await expect(alice.page.getByText("Ringing…")).toBeVisible();
  expect(bob.frames.filter((frame) => /^\{"type":"(accept|decline|silence)"/.test(frame))).toEqual(
    [],
  );
});

test("the card takes no input for half a second after it appears", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await bob.page.clock.install();
  await becomeMutuals(alice, bob);
  await bob.page.clock.pauseAt(Date.now() + 1_000);
  await ring(alice, "Audio call");
  await expect(cardAt(bob.page)).toBeVisible();
  const pressAll = () =>
    cardAt(bob.page).evaluate((card) => {
      for (const button of card.querySelectorAll("button")) button.click();
    });
  await pressAll();
  await bob.page.clock.runFor(450);
  await expect(acceptAt(bob.page)).toBeDisabled();
  await pressAll();
  await expect(cardAt(bob.page)).toBeVisible();
  await bob.page.clock.runFor(100);
  await expect(acceptAt(bob.page)).toBeEnabled();
  expect(bob.frames.filter((frame) => /^\{"type":"(accept|decline|silence)"/.test(frame))).toEqual(
    [],
  );
  await acceptAt(bob.page).click();
  await expect.poll(async () => (await mediaUseOf(bob.page)).microphoneOrCameraOpened).toBe(1);
});

test("a card that moves up under the finger takes no input for half a second either", async ({
  device,
}) => {
  const [alice, bob, carol] = await Promise.all([device("alice"), device("bob"), device("carol")]);
  await becomeMutuals(alice, bob);
  await createAccount(carol);
  await letEachOtherRing(bob, carol);
  await carol.page.goto("/messages/@bob");
  await ring(alice, "Audio call");
  await expect(cardAt(bob.page)).toBeVisible();
  await ring(carol, "Audio call");
  const carols = bob.page.getByRole("alertdialog", { name: "Incoming call from Carol" });
  const declineCarols = carols.getByRole("button", { name: "Decline", exact: true });
  await expect(declineCarols).toBeEnabled();
  await declineCarols.focus();
  // Declined twice, as by a finger that taps twice: the second tap meets what moved there.
  await bob.page.evaluate(async () => {
    for (const left of [2, 1]) {
      while (document.querySelectorAll("[role=alertdialog]").length > left) {
        await new Promise(requestAnimationFrame);
      }
      for (const button of document
        .querySelector("[role=alertdialog]")
        ?.querySelectorAll("button") ?? []) {
        if (button.textContent === "Decline") button.click();
      }
    }
  });
  await expect(alice.page.getByText(/can.t talk now/).first()).toBeVisible();
  await expect(carols).toBeVisible();
  await expect(declineCarols).toBeFocused();
  await expect
    .poll(async () => {
      await declineCarols.click();
      return carols.isVisible();
    })
    .toBe(false);
});

test("the card pulses while it rings, and with reduced motion it is a still banner", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await countSoundsOfRings(bob);
  await becomeMutuals(alice, bob);
  const movements = () =>
    cardAt(bob.page).evaluate((card) => {
      const all = card.getAnimations({ subtree: true });
      return all.filter((one) => one.effect?.getTiming().iterations === Infinity).length;
    });
  await ring(alice, "Audio call");
  await expect(cardAt(bob.page)).toBeVisible();
  expect(await movements()).toBe(0);
  await bob.page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(movements).toBe(1);
  expect(await soundsOf(bob.page)).toBeGreaterThan(0);
  await cardAt(bob.page).getByRole("button", { name: "Silence" }).click();
  await expect.poll(movements).toBe(0);
});
