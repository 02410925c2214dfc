import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Page } from "@playwright/test";
import { databaseFile } from "../../apps/server/src/data-directory.ts";
import {
  type PersonAtDevice,
  createAccount,
  keepRecoveryCode,
  password,
  signUp,
  typeSignUp,
} from "./people.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";

interface VirtualAuthenticator extends AsyncDisposable {
  credentials(): Promise<{ credentialId: string }[]>;
}

/** A device that keeps passkeys, behind a finger that is always the right one. */
async function addAuthenticator({ context, page }: PersonAtDevice): Promise<VirtualAuthenticator> {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async credentials() {
      const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
      return credentials;
    },
    [Symbol.asyncDispose]: () => session.detach(),
  };
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const shownCode = (page: Page) => page.getByRole("group", { name: "Recovery code" }).innerText();

/** From here on the browser offers passkeys in no field: they are asked for by the button. */
async function offerInNoField({ context }: PersonAtDevice): Promise<void> {
  await context.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
}

async function signOut({ ask, page }: PersonAtDevice): Promise<void> {
  await ask("DELETE", "/api/login");
  await page.goto("/sign-in");
}

test("a new account is offered a passkey, and signs in with it without typing a word", async ({
  device,
}) => {
  const alice = await device("alice");
  const { page } = alice;
  await using authenticator = await addAuthenticator(alice);
  await typeSignUp(alice);
  await keepRecoveryCode(page);
  await expect(page.getByRole("heading", { name: "Sign in without typing" })).toBeVisible();
  await button(page, "Add a passkey").click();
  await page.waitForURL("**/messages");
  expect(await authenticator.credentials()).toHaveLength(1);
  await signOut(alice);
  // The handle's field offers it, and this finger takes at once what is offered.
  await page.waitForURL("**/messages");
});

test("a passkey is added, named and removed in the settings, and then opens nothing", async ({
  device,
}) => {
  const alice = await device("alice");
  const { page } = alice;
  await offerInNoField(alice);
  await createAccount(alice);
  await using authenticator = await addAuthenticator(alice);
  await page.goto("/settings/devices");
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await passkeys.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("My phone");
  await button(page, "Save").click();
  await expect(passkeys.getByText("My phone", { exact: true })).toBeVisible();
  // The browser knows that it has one for this account already.
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await expect(passkeys.getByText("has a passkey for your account already")).toBeVisible();
  await passkeys.getByRole("button", { name: "Remove" }).first().click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(passkeys.getByText("My phone", { exact: true })).toBeHidden();
  expect(await authenticator.credentials()).toHaveLength(1);
  await signOut(alice);
  await button(page, "Use a passkey").click();
  await expect(page.getByText("This passkey does not open anything here")).toBeVisible();
  await expect(page).toHaveURL(/sign-in$/);
});

/** Every device signed in long ago: its page does not know yet that this is not believed any more. */
function letSignInsAge({ dataDirectory }: RunningServer): void {
  const database = new DatabaseSync(join(dataDirectory, databaseFile));
  database.exec("UPDATE login SET created_at = 0");
  database.close();
}

test("a page that stood open for long asks for the password when a passkey is to be added", async ({
  device,
  server,
}) => {
  const alice = await device("alice");
  const { page } = alice;
  await using authenticator = await addAuthenticator(alice);
  await typeSignUp(alice);
  await keepRecoveryCode(page);
  await expect(page.getByRole("heading", { name: "Sign in without typing" })).toBeVisible();
  letSignInsAge(server);
  await button(page, "Add a passkey").click();
  const sheet = page.getByRole("dialog", { name: "Add a passkey" });
  const field = sheet.getByLabel("Password");
  await field.fill("not the one");
  await sheet.getByRole("button", { name: "Add a passkey" }).click();
  await expect(sheet.getByText("The password is wrong")).toBeVisible();
  await field.fill(password);
  await sheet.getByRole("button", { name: "Add a passkey" }).click();
  await page.waitForURL("**/messages");
  expect(await authenticator.credentials()).toHaveLength(1);
});

test("a passkey that is said to be of another origin, or said twice, does not sign in", async ({
  device,
}) => {
  const alice = await device("alice");
  const { page } = alice;
  await offerInNoField(alice);
  await createAccount(alice);
  await using _ = await addAuthenticator(alice);
  await page.goto("/settings/devices");
  await button(page, "Add a passkey").click();
  await expect(button(page, "Rename")).toBeVisible();
  // What the browser sends is heard on its way, kept, and sent again by somebody else.
  let heard = "";
  await page.route("**/api/login/passkey", async (route) => {
    heard = route.request().postData() ?? "";
    await route.continue();
  });
  await signOut(alice);
  await button(page, "Use a passkey").click();
  await page.waitForURL("**/messages");
  const answer = await send(page, alice.origin, heard);
  expect(answer).toMatchObject({ status: 403, body: { code: "passkey-refused" } });
  const { assertion } = JSON.parse(heard) as {
    assertion: { response: { clientDataJSON: string } };
  };
  const text = Buffer.from(assertion.response.clientDataJSON, "base64url").toString();
  const lie = text.replace(alice.origin, "https://calls.example");
  expect(lie).not.toBe(text);
  assertion.response.clientDataJSON = Buffer.from(lie).toString("base64url");
  const other = await send(page, alice.origin, JSON.stringify({ assertion }));
  expect(other).toMatchObject({ status: 403, body: { code: "passkey-refused" } });
});

/** From a browser that nobody is signed in to. */
async function send(page: Page, origin: string, data: string) {
  const context = await page.context().browser()?.newContext();
  const headers = { origin, "content-type": "application/json" };
  const url = `${origin}/api/login/passkey`;
  const response = await context?.request.post(url, { headers, data });
  const answer = { status: response?.status(), body: (await response?.json()) as unknown };
  await context?.close();
  return answer;
}

test("whoever forgot the password comes back by the recovery code, once, and is told what changed", async ({
  device,
}) => {
  const [alice, again] = await Promise.all([device("alice"), device("alice")]);
  await typeSignUp(alice);
  const code = (await shownCode(alice.page)).replaceAll(/\s+/g, " ");
  await keepRecoveryCode(alice.page);
  await alice.page.waitForURL("**/messages");

  const { page } = again;
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await page.getByLabel("Handle").fill("alice");
  await page.getByLabel("New password").fill("a new battery staple");
  const mistyped = code.startsWith("A") ? `B${code.slice(1)}` : `A${code.slice(1)}`;
  await page.getByLabel("Recovery code").fill(mistyped);
  await button(page, "Set the new password").click();
  await expect(page.getByText("A character of this code is not as it was.")).toBeVisible();
  await page.getByLabel("Recovery code").fill(code.toLowerCase());
  await button(page, "Set the new password").click();
  await expect(page.getByRole("heading", { name: "You are back in" })).toBeVisible();
  await expect(page.getByText("see that your identity changed")).toBeVisible();
  const next = (await shownCode(page)).replaceAll(/\s+/g, " ");
  expect(next).not.toBe(code);
  await expect(alice.page).toHaveURL(/sign-in$/);
  await keepRecoveryCode(page);
  await page.waitForURL("**/messages");

  await alice.page.goto("/recover");
  await alice.page.getByLabel("Handle").fill("alice");
  await alice.page.getByLabel("New password").fill("yet another one");
  await alice.page.getByLabel("Recovery code").fill(code);
  await button(alice.page, "Set the new password").click();
  await expect(alice.page.getByText("The handle or the recovery code is wrong.")).toBeVisible();
});

test("whoever has no kept recovery code is reminded, and makes one in the settings", async ({
  device,
}) => {
  const alice = await device("alice");
  const { page } = alice;
  await createAccount(alice);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Recovery code" }).click();
  await button(page, "Make a new recovery code").click();
  const sheet = page.getByRole("dialog", { name: "Make a new recovery code" });
  await expect(sheet).toContainText("works for two more weeks");
  await button(page, "Make a new recovery code").last().click();
  await expect(page.getByRole("heading", { name: "Your new recovery code" })).toBeVisible();
  const download = page.waitForEvent("download");
  await button(page, "Save as a file").click();
  expect((await download).suggestedFilename()).toBe("ringfence-recovery-code-alice.txt");
  await button(page, "I have kept it").click();
  await page.waitForURL("**/settings/devices");
  await expect(page.getByText("You have one since")).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Recovery code" })).toBeHidden();
});

test("the page with a new code stays until the code is kept", async ({ device }) => {
  const alice = await device("alice");
  await typeSignUp(alice);
  const code = await shownCode(alice.page);
  expect(code.replaceAll(/\s/g, "")).toMatch(/^[0-9A-HJKMNP-TV-Z]{28}$/);
  await alice.page.getByRole("link", { name: "Ringfence" }).click();
  expect(await shownCode(alice.page)).toBe(code);
  const bob = await device("bob");
  await signUp(bob);
});
