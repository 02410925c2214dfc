import { becomeMutuals, createAccount, letEachOtherRing, password, write } from "./people.ts";
import { expect, test } from "./test.ts";

test("a message that was begun is there again after a look at another page", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.page.getByLabel("Message", { exact: true }).fill("Half a thought");
  await alice.page.getByRole("link", { name: "Back to all conversations" }).click();
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(alice.page.getByLabel("Message", { exact: true })).toHaveValue("Half a thought");
});

test("the list of conversations is where it was left", async ({ device }) => {
  const [alice, bob, carol] = await Promise.all([device("alice"), device("bob"), device("carol")]);
  await becomeMutuals(alice, bob);
  await createAccount(carol);
  await letEachOtherRing(alice, carol);
  const { page } = alice;
  await page.setViewportSize({ width: 390, height: 400 });
  await page.goto("/messages");
  const row = page.getByRole("link", { name: /Bob/ });
  const atFirst = (await row.boundingBox())?.y;
  await row.scrollIntoViewIfNeeded();
  const top = (await row.boundingBox())?.y;
  expect(top).not.toBe(atFirst);
  await row.click();
  await page.getByRole("link", { name: "Back to all conversations" }).click();
  await expect(row).toBeVisible();
  expect((await row.boundingBox())?.y).toBe(top);
});

test("whoever signs in after a sign-out is not led to the page of the one before", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.page.goto("/settings/devices");
  await expect(alice.page.getByText("Linked", { exact: true })).toBeVisible();
  await alice.page.getByRole("button", { name: "Sign out" }).click();
  await alice.page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await alice.page.getByLabel("Handle").fill("bob");
  await alice.page.getByLabel("Password").fill(password);
  await alice.page.getByRole("button", { name: "Sign in" }).click();
  await expect(alice.page).toHaveURL(/\/messages$/);
});

test("whoever opens a page before signing in is led to it", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.context.clearCookies();
  await alice.page.goto("/people/@bob");
  await alice.page.getByLabel("Handle").fill("alice");
  await alice.page.getByLabel("Password").fill(password);
  await alice.page.getByRole("button", { name: "Sign in" }).click();
  await expect(alice.page).toHaveURL(/\/people\/@bob$/);
});

test("what could not be loaded comes when asked again", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await write(bob, "alice", "Are you there?");
  const { page } = alice;
  for (const [path, asked, shown] of [
    // A conversation may also come with the list of them.
    ["/messages/@bob", /conversations(\/bob)?(\?|$)/, "Are you there?"],
    ["/messages/@bob", /conversations\/bob\/entries/, "Are you there?"],
    ["/messages", /conversations\?.*place=inbox/, "Are you there?"],
    ["/people/@bob", /people\/bob$/, "You follow each other"],
    ["/people", /people\?/, "You follow each other"],
    ["/settings/devices", /api\/devices$/, "This device"],
    ["/settings/calls/people", /api\/blocked$/, "choose Block"],
  ] as const) {
    await page.route(asked, (route) => route.abort());
    const before = alice.frames.length;
    await page.goto(path);
    // A welcome asks again by itself: after it only the button does.
    await expect
      .poll(() => alice.frames.slice(before).some((frame) => frame.includes('"welcome"')))
      .toBe(true);
    const again = page.getByRole("button", { name: "Try again" }).first();
    await expect(again, String(asked)).toBeVisible();
    await page.unroute(asked);
    await again.click();
    await expect(page.getByText(shown).first(), String(asked)).toBeVisible();
    await expect(page.locator(":focus"), String(asked)).toHaveCount(1);
  }
});

test("people who were blocked stand in the settings, with the way back", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.page.goto("/people/@bob");
  await alice.page.getByRole("button", { name: "Block", exact: true }).click();
  await alice.page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  await expect(alice.page.getByRole("button", { name: "Unblock" })).toBeVisible();
  await alice.page.goto("/settings/calls/people");
  const blocked = alice.page.getByRole("region", { name: "People you blocked" });
  await expect(blocked).toContainText("@bob");
  await blocked.getByRole("button", { name: "Unblock" }).click();
  await expect(blocked).toContainText("Nobody.");
  await expect(alice.page.getByRole("heading", { level: 1 })).toBeFocused();
});
