import type { Page } from "@playwright/test";
import { callEachOther, expectCallToRun, expectEnded } from "./calls-in-progress.ts";
import { openDevice, type PersonAtDevice } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

const asking = (page: Page) => page.getByText(/You are in a call with @/);
const lost = (page: Page) => page.getByText(/Connection lost. Waiting/);

/** The person is asked, and nothing of theirs is open before the answer. */
async function expectToBeAsked({ page }: PersonAtDevice): Promise<void> {
  await expect(asking(page)).toBeVisible({ timeout: 20_000 });
  expect(await mediaUseOf(page)).toEqual({
    microphoneOrCameraOpened: 0,
    remoteDescriptions: [],
    remoteCandidatesAdded: 0,
  });
}

for (const [role, whose] of [
  ["caller", 0],
  ["callee", 1],
] as const) {
  test(`the ${role} reloads the page, is asked, and returns to the call`, async ({ device }) => {
    const people = [await device("alice"), await device("bob")] as const;
    await callEachOther(...people);
    const [reloaded, other] = [people[whose], people[1 - whose] as PersonAtDevice];
    await reloaded.page.reload();
    await expect(lost(other.page)).toBeVisible();
    await expectToBeAsked(reloaded);
    await reloaded.page.getByRole("button", { name: "Return to the call" }).click();
    await expectCallToRun(reloaded.page, other.page);
    await other.page.getByRole("button", { name: "Hang up" }).click();
    await expectEnded(reloaded, /Call ended/);
  });
}

test("whoever reloads the page can hang up instead", async ({ device }) => {
  const [alice, bob] = [await device("alice"), await device("bob")];
  await callEachOther(alice, bob);
  // Without the page's last word there is a minute to come back, however slow the machine is.
  await bob.context.route("**/bye", (route) => route.abort());
  await bob.page.reload();
  await expectToBeAsked(bob);
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  await expect(asking(bob.page)).toBeHidden();
  await expectEnded(alice, /Call ended/);
});

test("a page that crashed is asked too when it comes back", async ({ device }) => {
  const [alice, bob] = [await device("alice"), await device("bob")];
  await callEachOther(alice, bob);
  const crashed = bob.page.waitForEvent("crash");
  // The navigation has no answer to wait for.
  void bob.page.goto("chrome://crash").catch(() => {});
  await crashed;
  await expect(lost(alice.page)).toBeVisible({ timeout: 20_000 });
  const page = await bob.context.newPage();
  await page.goto("/messages");
  await expectToBeAsked({ ...bob, page });
  await page.getByRole("button", { name: "Return to the call" }).click();
  await expectCallToRun(page, alice.page);
});

test("a page that is closed for good ends the call soon, and the other side sees why it waits", async ({
  browser,
  device,
  server,
}) => {
  const alice = await device("alice");
  const bob = await openDevice(browser, server.origin, "bob");
  await callEachOther(alice, bob);
  await bob.page.close({ runBeforeUnload: true });
  await expect(lost(alice.page)).toBeVisible({ timeout: 3_000 });
  await expectEnded(alice, /Call ended/);
  await bob.context.close();
});

test("a page that comes back when the call is over asks nothing", async ({ device }) => {
  const [alice, bob] = [await device("alice"), await device("bob")];
  await callEachOther(alice, bob);
  await bob.page.goto("about:blank");
  await expectEnded(alice, /Call ended/);
  await bob.page.goto("/messages");
  await expect(bob.page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect
    .poll(() => bob.frames.findLast((frame) => frame.includes('"type":"welcome"')))
    .toContain('"own":null');
  await expect(asking(bob.page)).toBeHidden();
});
