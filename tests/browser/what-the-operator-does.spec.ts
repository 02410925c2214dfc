import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { becomeMutuals, password, ring, signUp } from "./people.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";

const bin = join(import.meta.dirname, "../../apps/server/src/cli/ringfence.ts");
const newPassword = "a new battery staple";

/** An operator's command, beside the server that runs. */
async function ringfence({ origin, dataDirectory }: RunningServer, ...typed: string[]) {
  const env = { DATA_DIR: dataDirectory, PORT: new URL(origin).port, HOST: "127.0.0.1" };
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...typed], { env });
  return stdout;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("who is suspended during a ring falls silent, is told so, and has everything back afterwards", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  const card = bob.page.getByRole("alertdialog");
  await expect(card).toBeVisible();

  const said = await ringfence(server, "suspend", "@bob");
  expect(said).toContain("@bob is suspended");
  await expect(card).toBeHidden({ timeout: 1_000 });
  await expect(bob.page.getByRole("heading", { name: "Your account is suspended" })).toBeVisible();
  // It goes on ringing for whoever rings, as if nobody were there.
  await expect(button(alice.page, "Cancel call")).toBeVisible();
  await button(alice.page, "Cancel call").click();
  await expect(alice.page.getByText("You can't call @bob here")).toBeVisible();

  await bob.page.reload();
  await expect(bob.page.getByRole("heading", { name: "Your account is suspended" })).toBeVisible();
  await ringfence(server, "unsuspend", "@bob");
  await button(bob.page, "Look again").click();
  await expect(button(bob.page, "Audio call")).toBeVisible();
  await expect(button(alice.page, "Audio call")).toBeVisible();
});

test("a link of the operator's is shown to the devices that are left, and one of them refuses it", async ({
  device,
  server,
}) => {
  const alice = await device("alice");
  await signUp(alice);
  const said = await ringfence(server, "reset", "@alice");
  const link = /http\S+\/reset#\S+/.exec(said)?.[0] ?? "";
  // A page that is open notices with its next heartbeat, and at once when it is loaded.
  await alice.page.reload();
  const warning = alice.page.getByText("Whoever has it can take the account over");
  await expect(warning).toBeVisible();
  await button(alice.page, "Refuse the link").click();
  const sheet = alice.page.getByRole("dialog", { name: "Refuse the link" });
  await sheet.getByRole("button", { name: "Refuse the link" }).click();
  await expect(warning).toBeHidden();
  const somebody = await device("somebody");
  await somebody.page.goto(link);
  await expect(
    somebody.page.getByRole("heading", { name: "This link does not work" }),
  ).toBeVisible();
});

test("who lost password and devices sets a new one by the operator's link, and the others hear why they are out", async ({
  device,
  server,
}) => {
  const [alice, again] = await Promise.all([device("alice"), device("alice")]);
  await signUp(alice);
  const said = await ringfence(server, "reset", "alice");
  const { page } = again;
  await page.goto(/http\S+\/reset#\S+/.exec(said)?.[0] ?? "");
  await expect(page.getByText("gave you this link for @alice")).toBeVisible();
  await page.getByLabel("New password").fill("short");
  await button(page, "Set the new password").click();
  await expect(page.getByText("A password has at least 8 characters")).toBeVisible();
  await page.getByLabel("New password").fill(newPassword);
  await button(page, "Set the new password").click();
  await expect(page.getByRole("heading", { name: "You are back in" })).toBeVisible();
  await button(page, "I have kept it").click();
  await page.waitForURL("**/messages");
  await expect(alice.page.getByText("You were signed out.")).toBeVisible();
  await expect(alice.page).toHaveURL(/sign-in$/);
});

test("a known password is changed in the settings, and other devices go where that is chosen", async ({
  device,
}) => {
  const [phone, laptop] = await Promise.all([device("alice"), device("alice")]);
  await signUp(phone);
  await laptop.page.goto("/sign-in");
  await laptop.page.getByLabel("Handle").fill("alice");
  await laptop.page.getByLabel("Password").fill(password);
  await button(laptop.page, "Sign in").click();
  await laptop.page.waitForURL("**/messages");

  const { page } = phone;
  await page.goto("/settings/devices");
  await button(page, "Change the password").click();
  const sheet = page.getByRole("dialog", { name: "Change the password" });
  await sheet.getByLabel("Password until now").fill("a guess");
  await sheet.getByLabel("New password").fill(newPassword);
  await sheet.getByLabel("Sign out my other devices").check();
  await sheet.getByRole("button", { name: "Change it" }).click();
  await expect(sheet.getByText("The password is wrong")).toBeVisible();
  await sheet.getByLabel("Password until now").fill(password);
  await sheet.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByText("Your new password holds.")).toBeVisible();
  await expect(laptop.page).toHaveURL(/sign-in$/);
  await laptop.page.getByLabel("Handle").fill("alice");
  await laptop.page.getByLabel("Password").fill(newPassword);
  await button(laptop.page, "Sign in").click();
  await laptop.page.waitForURL("**/messages");
});
