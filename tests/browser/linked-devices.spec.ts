import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "../../apps/server/src/data-directory.ts";
import { expectNoViolationsInBothThemes } from "./axe.ts";
import { whyNoFirefox } from "./firefox.ts";
import { linkDevice, ownCardAt, waitingCardAt } from "./linking.ts";
import {
  becomeMutuals,
  createAccount,
  password,
  type PersonAtDevice,
  ring,
  signIn,
} from "./people.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

const deviceRowsAt = ({ page }: PersonAtDevice) =>
  page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Sign out" }) });

test("a second device is linked by comparing eight emoji, and both then say so", async ({
  device,
}) => {
  const [bob, laptop] = await Promise.all([device("bob"), device("bob")]);
  await createAccount(bob);
  await bob.page.goto("/messages");
  await signIn(laptop);
  await expect(ownCardAt(laptop).getByRole("listitem")).toHaveCount(8);
  await linkDevice(bob, laptop);
  for (const one of [bob, laptop]) {
    await one.page.goto("/settings/devices");
    await expect(deviceRowsAt(one)).toHaveCount(2);
    for (const row of await deviceRowsAt(one).all()) {
      await expect(row.getByText("Linked", { exact: true })).toBeVisible();
    }
  }
});

test("a device that is not one's own is signed out by one tap, on whichever page one is", async ({
  device,
}) => {
  const [bob, stranger] = await Promise.all([device("bob"), device("bob")]);
  await createAccount(bob);
  await bob.page.goto("/people");
  await signIn(stranger);
  await waitingCardAt(bob).getByRole("button", { name: "Not mine: sign it out" }).click();
  await expect(waitingCardAt(bob)).toBeHidden();
  await expect(stranger.page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a card that was put away comes back in Settings, where everything stands", async ({
  device,
}) => {
  const [bob, laptop] = await Promise.all([device("bob"), device("bob")]);
  await createAccount(bob);
  await bob.page.goto("/messages");
  await signIn(laptop);
  for (const [one, card] of [
    [bob, waitingCardAt(bob)],
    [laptop, ownCardAt(laptop)],
  ] as const) {
    await card.getByRole("button", { name: "Later" }).click();
    await expect(card).toBeHidden();
    await one.page.getByRole("link", { name: "Settings" }).click();
    await one.page.getByRole("link", { name: /^Devices and keys/ }).click();
    await expect(card).toBeVisible();
  }
  await expect(deviceRowsAt(laptop).getByText("Not linked", { exact: true })).toBeVisible();
});

test("a device keeps its key over a reload, where no script can read it", async ({ device }) => {
  const bob = await device("bob");
  await createAccount(bob);
  await bob.page.goto("/settings/devices");
  await expect(deviceRowsAt(bob).getByText("Linked", { exact: true })).toBeVisible();
  const readKey = () =>
    bob.page.evaluate(async () => {
      const [found] = await indexedDB
        .databases()
        .then((databases) => databases.filter(({ name }) => name?.startsWith("ringfence-vault-")));
      const opening = indexedDB.open(found?.name ?? "");
      const database = await new Promise<IDBDatabase>((resolve) =>
        opening.addEventListener("success", () => resolve(opening.result)),
      );
      const reading = database.transaction("identity").objectStore("identity").getAll();
      await new Promise((resolve) => reading.addEventListener("success", resolve));
      database.close();
      const { keys, publicKey } = reading.result[0];
      return { isExtractable: keys.privateKey.extractable, publicKey: [...publicKey] };
    });
  const before = await readKey();
  expect(before.isExtractable).toBe(false);
  await bob.page.reload();
  await expect(deviceRowsAt(bob).getByText("Linked", { exact: true })).toBeVisible();
  expect(await readKey()).toEqual(before);
});

test("signing out the only linked device says first what that means, and leaves nothing here", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/settings/devices");
  await expect(deviceRowsAt(bob).getByText("Linked", { exact: true })).toBeVisible();
  await bob.page.getByRole("button", { name: "Sign out" }).click();
  const question = bob.page.getByRole("alertdialog");
  await expect(question).toContainText("told that your devices changed");
  await question.getByRole("button", { name: "Sign out" }).click();
  await expect(bob.page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const vaults = await bob.page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name ?? ""),
  );
  expect(vaults.filter((name) => name.includes("vault"))).toEqual([]);
  await bob.page.getByLabel("Handle").fill("bob");
  await bob.page.getByLabel("Password").fill(password);
  await bob.page.getByRole("button", { name: "Sign in" }).click();
  await bob.page.waitForURL("**/messages");
  await bob.page.goto("/settings/devices");
  await expect(deviceRowsAt(bob).getByText("Linked", { exact: true })).toBeVisible();
});

/** As after a backup that was made before the last device was linked. */
function forgetLastLink({ dataDirectory }: RunningServer): void {
  const database = new DatabaseSync(join(dataDirectory, databaseFile));
  database.exec("DELETE FROM device_statement WHERE position = 1");
  database.exec("DELETE FROM linked_key WHERE rowid = (SELECT max(rowid) FROM linked_key)");
  database.close();
}

test("a device that a restored backup does not know begins anew, with the password", async ({
  device,
  server,
}) => {
  const [bob, laptop] = await Promise.all([device("bob"), device("bob")]);
  await createAccount(bob);
  await bob.page.goto("/messages");
  await signIn(laptop);
  await linkDevice(bob, laptop);
  // Its page would give back what is missing.
  await bob.page.goto("about:blank");
  forgetLastLink(server);
  await laptop.page.goto("/settings/devices");
  const warning = laptop.page.getByText("Something is wrong with your account’s devices.");
  await expect(warning).toBeVisible();
  await laptop.page.getByRole("button", { name: "Begin anew" }).click();
  const sheet = laptop.page.getByRole("dialog", { name: "Begin anew" });
  await expect(sheet).toContainText("A server that means harm could show a wrong list");
  await expectNoViolationsInBothThemes(laptop.page, "the sheet to begin anew");
  await sheet.getByLabel("Password").fill(password);
  await sheet.getByRole("button", { name: "Begin anew" }).click();
  await expect(warning).toBeHidden();
  await expect(deviceRowsAt(laptop).getByText("Linked", { exact: true })).toHaveCount(1);
  await bob.page.goto("/messages");
  await expect(bob.page.getByText("Your account’s devices were begun anew")).toBeVisible();
});

test("Firefox keeps a key of its own over a reload too", async ({ deviceOf }) => {
  const why = whyNoFirefox();
  test.skip(why !== null, why ?? "");
  const bob = await deviceOf("Firefox", "bob");
  await bob.open("/");
  await createAccount(bob);
  for (let times = 0; times < 2; times++) {
    await bob.open("/settings/devices");
    await expect.poll(() => bob.text()).toMatch(/^Linked: people who know you recognise it/m);
  }
  const generation = await bob.evaluate(async () => {
    const chain = await fetch("/api/devices/chain");
    return (await chain.json()).generation;
  });
  expect(generation).toBe(1);
});

test("whoever met a person's first device is asked nothing when a linked one rings", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await linkDevice(bob, laptop);
  await laptop.page.goto("/messages/@alice");
  for (const caller of [bob, laptop]) {
    await ring(caller, "Audio call");
    await alice.page.getByRole("button", { name: "Accept", exact: true }).click();
    for (const { page } of [alice, caller]) {
      await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
    }
    await alice.page.getByRole("button", { name: "Hang up" }).click();
    await expect(caller.page.getByRole("timer")).toBeHidden();
  }
});

test("whoever met nobody yet is asked before a device that is not linked is heard", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await expect(ownCardAt(laptop)).toBeVisible();
  await laptop.page.goto("/messages/@alice");
  await ring(laptop, "Audio call");
  await alice.page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(alice.page.getByRole("button", { name: "Call anyway" })).toBeVisible();
  expect(await mediaUseOf(alice.page)).toMatchObject({ microphoneOrCameraOpened: 0 });
});
