import type { Page } from "@playwright/test";
import { expectNoViolationsInBothThemes } from "./axe.ts";
import {
  becomeAcquainted,
  becomeMutuals,
  keepRecoveryCode,
  ring,
  signUp,
  typeSignUp,
  write,
} from "./people.ts";
import { expect, test } from "./test.ts";

const signedOut = [
  "/",
  "/sign-up",
  "/sign-in",
  "/recover",
  "/enter#no-such-token",
  "/no-such-page",
];
const signedIn = [
  "/messages",
  "/messages/@bob",
  "/people",
  "/people/@bob",
  "/settings",
  "/settings/calls",
  "/settings/devices",
  "/settings/data",
];

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function visit(page: Page, routes: string[]): Promise<void> {
  for (const route of routes) {
    await page.goto(route);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoViolationsInBothThemes(page, route);
  }
}

test("axe finds nothing on the pages for people who are not signed in", async ({ device }) => {
  const { page } = await device("alice");
  await visit(page, signedOut);
});

test("axe finds nothing on the page that shows a recovery code, before and after it was lost", async ({
  device,
}) => {
  const [alice, again] = await Promise.all([device("alice"), device("alice")]);
  await typeSignUp(alice);
  const shown = alice.page.getByRole("group", { name: "Recovery code" });
  const code = await shown.innerText();
  await expectNoViolationsInBothThemes(alice.page, "/recovery-code after signing up");
  await keepRecoveryCode(alice.page);
  await again.page.goto("/recover");
  await again.page.getByLabel("Handle").fill("alice");
  await again.page.getByLabel("Recovery code").fill(`1${code.slice(1)}`);
  await button(again.page, "Set the new password").click();
  await expectNoViolationsInBothThemes(again.page, "/recover with what is not right");
  await again.page.getByLabel("Recovery code").fill(code);
  await again.page.getByLabel("New password").fill("a new battery staple");
  await button(again.page, "Set the new password").click();
  await expect(again.page.getByRole("heading", { name: "You are back in" })).toBeVisible();
  await expectNoViolationsInBothThemes(again.page, "/recovery-code after recovering");
});

test("axe finds nothing on the pages for people who are signed in", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await visit(alice.page, signedIn);
});

test("axe finds nothing in a request and in the list of requests", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await Promise.all([signUp(alice), signUp(bob)]);
  await write(bob, "alice", "Hello, it is me");
  await alice.page.goto("/messages");
  const requests = alice.page.getByRole("region", { name: "Requests" });
  await requests.getByText("Bob").first().click();
  await expect(alice.page.getByRole("button", { name: "Accept request" })).toBeVisible();
  await expectNoViolationsInBothThemes(alice.page, "a request");
  await alice.page.goto("/messages");
  await expect(requests.getByText("Bob").first()).toBeVisible();
  await expectNoViolationsInBothThemes(alice.page, "the list of requests");
});

test("axe finds nothing in a request to call, and in the sheets around it", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await button(alice.page, "Ask to call").click();
  await expect(alice.page.getByRole("dialog")).toBeVisible();
  await expectNoViolationsInBothThemes(alice.page, "the sheet to ask");
  await button(alice.page, "Send request").click();
  await expect(button(alice.page, "Withdraw")).toBeVisible();
  await expectNoViolationsInBothThemes(alice.page, "a conversation in which one asked");
  await expect(button(bob.page, "Call now")).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "the card of a request to call");
  await button(bob.page, "Report").click();
  await expect(bob.page.getByRole("dialog")).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "the sheet to report");
  await bob.page.goto("/messages");
  await expect(button(bob.page, "Call now")).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "a request to call in the list");
  await button(bob.page, "Always").click();
  await button(alice.page, "Audio call").click();
  await expect(button(alice.page, "Ring now")).toBeVisible();
  await expectNoViolationsInBothThemes(alice.page, "the sheet of a first ring");
  await bob.page.goto("/people/@alice");
  await expect(button(bob.page, "End")).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "a person with a right to ring");
});

test("axe finds nothing in a ring, in a call and after it", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Video call");
  await expect(bob.page.getByRole("alertdialog", { name: "Incoming call" })).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "the incoming call");
  await bob.page.getByRole("button", { name: "Accept with video" }).click({ delay: 50 });
  await expect(alice.page.getByLabel("Video of @bob")).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "the call");
  await bob.page.getByRole("button", { name: "Devices" }).click();
  await expect(bob.page.getByRole("dialog", { name: "Devices" })).toBeVisible();
  await expectNoViolationsInBothThemes(bob.page, "the choice of devices");
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expect(bob.page.getByRole("region", { name: "Call" })).toContainText("Call ended.");
  await expectNoViolationsInBothThemes(bob.page, "the call that has ended");
});
