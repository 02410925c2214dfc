import type { Page } from "@playwright/test";
import { becomeAcquainted, keepRecoveryCode, nameOf, password, typeSignUp } from "./people.ts";
import { expect, test } from "./test.ts";

/** Tabs forward until the named control has the focus; a person would not go on for ever either. */
async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  const wanted = page
    .getByRole(role as "button", { name, exact: typeof name === "string" })
    .first();
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 80; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${role} ${String(name)}`);
}

async function press(
  page: Page,
  role: string,
  name: string | RegExp,
  key = "Enter",
): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press(key);
}

async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, "textbox", name);
  await page.keyboard.type(text);
}

async function signUpByKeyboard(page: Page, handle: string): Promise<void> {
  await page.goto("/");
  await press(page, "link", "Create account");
  await page.waitForURL("**/sign-up");
  await type(page, "Handle", handle);
  await type(page, "Display name", nameOf(handle));
  // A password field has no role: it is the next one.
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Password")).toBeFocused();
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await press(page, "button", "I have kept it");
  await page.waitForURL("**/messages");
}

test("the whole main job is done by keyboard alone", async ({ device }) => {
  const [{ page: alice }, { page: bob }] = await Promise.all([device("alice"), device("bob")]);
  await Promise.all([signUpByKeyboard(alice, "alice"), signUpByKeyboard(bob, "bob")]);
  for (const [page, other] of [
    [alice, "bob"],
    [bob, "alice"],
  ] as const) {
    await page.goto(`/people/@${other}`);
    await press(page, "button", "Follow", "Space");
    await expect(page.getByRole("button", { name: /^Follow/, pressed: true })).toBeVisible();
    await press(page, "button", "Message");
    await page.waitForURL(`**/messages/@${other}`);
    await type(page, "Message", `Hello ${nameOf(other)}`);
    await page.keyboard.press("Enter");
    await expect(page.getByText(`Hello ${nameOf(other)}`)).toBeVisible();
  }
  await press(alice, "button", "Turn on calls for mutuals");
  await press(bob, "button", "Turn on calls for mutuals");

  await press(alice, "button", "Audio call");
  await press(alice, "button", "Ring now");
  await expect(bob.getByRole("alertdialog", { name: "Incoming call" })).toBeVisible();
  await expect(bob.getByRole("alertdialog").locator(":focus")).toHaveCount(0);
  await expect(bob.getByRole("button", { name: "Accept", exact: true })).toBeEnabled();
  await bob.keyboard.press("Escape");
  await expect(bob.getByRole("alertdialog", { name: "Incoming call" })).toBeVisible();
  await bob.keyboard.press("F6");
  await press(bob, "button", "Accept");
  await expect(bob.getByRole("button", { name: "Hang up" })).toBeVisible();
  await press(alice, "button", "Mute", "Space");
  await expect(alice.getByRole("button", { name: "Unmute" })).toBeVisible();
  await press(alice, "button", "Hang up");
  await expect(bob.getByRole("button", { name: "Hang up" })).toBeHidden();
});

test("asking and answering are done by keyboard alone", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  const sheet = alice.page.getByRole("dialog", { name: "Ask @bob to call" });
  await press(alice.page, "button", "Ask to call");
  await expect(sheet).toBeVisible();
  await alice.page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(alice.page.getByRole("button", { name: "Ask to call" })).toBeFocused();
  await alice.page.keyboard.press("Enter");
  await expect(alice.page.getByLabel("Reason")).toBeFocused();
  await alice.page.keyboard.type("About the boat");
  await press(alice.page, "button", "Send request");
  await expect(alice.page.getByRole("button", { name: "Withdraw" })).toBeVisible();
  await expect(sheet).toBeHidden();
  // The button that opened the sheet is gone: the focus goes on at the page's heading.
  await expect(alice.page.getByRole("heading", { level: 1 })).toBeFocused();
  await press(bob.page, "button", "Always");
  await expect(bob.page.getByRole("button", { name: "Always" })).toBeHidden();
  await expect(bob.page.getByRole("heading", { level: 1 })).toBeFocused();
  await press(alice.page, "button", "Audio call");
  await press(alice.page, "button", "Message first");
  await expect(alice.page.getByLabel("Message", { exact: true })).toBeFocused();
});

test("a forgotten password is replaced by the recovery code by keyboard alone", async ({
  device,
}) => {
  const [alice, again] = await Promise.all([device("alice"), device("alice")]);
  await typeSignUp(alice);
  const code = await alice.page.getByRole("group", { name: "Recovery code" }).innerText();
  await keepRecoveryCode(alice.page);
  const { page } = again;
  await page.goto("/sign-in");
  await press(page, "link", "Use a recovery code");
  await page.waitForURL("**/recover");
  await type(page, "Handle", "alice");
  await type(page, "Recovery code", code.replaceAll(/\s+/g, " "));
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("New password")).toBeFocused();
  await page.keyboard.type("a new battery staple");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "You are back in" })).toBeVisible();
  await press(page, "button", "I have kept it", "Space");
  await page.waitForURL("**/messages");
});
