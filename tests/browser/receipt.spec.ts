import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ringfence } from "../../apps/server/src/cli/test-ringfence.ts";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { expectNoViolationsInBothThemes } from "./axe.ts";
import { callByVideo } from "./calling-device.ts";
import { twoPeopleAtHome } from "./people-at-home.ts";
import { type PersonAtDevice, becomeMutuals, chooseCalls, ring, signIn } from "./people.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** Alice rings Bob, who accepts; they hear each other by such a pair, and Alice hangs up. */
async function callAndHangUp(
  alice: PersonAtDevice,
  bob: PersonAtDevice,
  pair = /^relay\/relay$/,
): Promise<void> {
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const { page } of [alice, bob]) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
      .toBeGreaterThan(20);
    await expect
      .poll(async () => (await mediaFiguresOf(page)).selectedPair, { timeout: 20_000 })
      .toMatch(pair);
  }
  await alice.page.getByRole("button", { name: "Hang up" }).click();
}

async function openReceipt(page: Page) {
  // What is said at the end of a call lies over the page.
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  const close = page.getByRole("region", { name: "Call" }).getByRole("button", { name: "Close" });
  if (await close.isVisible()) await close.click();
  await page.getByRole("button", { name: /^(Audio|Video) call · .* receipt$/ }).click();
  const receipt = page.getByRole("region", { name: "Receipt" });
  await expect(receipt).toBeVisible();
  // It is read from its beginning, and nothing in it is a slip away from being deleted.
  await expect(page.getByRole("dialog").getByRole("button", { name: "Close" })).toBeFocused();
  return receipt;
}

/** Exports the receipt that is open, and has the command look at the file. */
async function exportAndCheck(page: Page, { withOther }: { withOther: boolean }) {
  await page.getByRole("button", { name: "Export…" }).click();
  const choice = page.getByRole("checkbox", { name: /signed$/ });
  await expect(choice).not.toBeChecked();
  if (withOther) await choice.check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-receipt-"));
  try {
    const file = join(directory, "receipt.json");
    await (await download).saveAs(file);
    const command = ringfence(["receipt", "check", file, "--json"], { directory });
    const code = await command.exited();
    return { code, checked: JSON.parse(command.said()) as Record<string, unknown> };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("a relayed call shows no address, and its receipt is checked by the command", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await callAndHangUp(alice, bob);
  for (const [{ page }, other] of [
    [alice, "bob"],
    [bob, "alice"],
  ] as const) {
    const receipt = await openReceipt(page);
    await expect(receipt).toContainText(
      `No address of yours. To the device of @${other} you were at the relay's.`,
    );
    await expect(receipt).toContainText("Through the relay, all the way");
    await expect(receipt).toContainText("DTLS 1.");
    await expect(receipt).toContainText("The certificate was the one that was signed.");
    await expect(receipt).toContainText("never compared emoji");
    await expect(receipt.getByRole("list", { name: "Emoji of this call" })).toBeVisible();
    await expect(receipt.getByRole("code")).toHaveCount(0);
  }
  await expectNoViolationsInBothThemes(alice.page, "a receipt");
  const holds = {
    signature: "holds",
    "own-descriptions": "holds",
    facts: "holds",
    chain: "holds",
    certificates: "holds",
    emoji: "holds",
    times: "holds",
  };
  const alone = await exportAndCheck(alice.page, { withOther: false });
  expect(alone.code).toBe(0);
  expect(alone.checked).toMatchObject({
    checks: { ...holds, "other-signatures": "absent" },
    breaches: [],
    receipt: { shown: [], paths: [{ own: "relay", other: "relay" }], leftOut: 0 },
  });
  const both = await exportAndCheck(bob.page, { withOther: true });
  expect(both.code).toBe(0);
  expect(both.checked).toMatchObject({ checks: { ...holds, "other-signatures": "holds" } });
});

test("a direct call shows which addresses", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  for (const person of [alice, bob]) await chooseCalls(person, { hideAddress: false });
  await callAndHangUp(alice, bob, /^(host|srflx|prflx)\/(host|srflx|prflx)$/);
  const receipt = await openReceipt(alice.page);
  await expect(receipt).toContainText("The two of you had allowed direct calls.");
  // It may have begun at the relay.
  await expect(receipt).toContainText(/directly between your two devices/i);
  await expect(receipt.getByRole("code")).not.toHaveCount(0);
  const { code, checked } = await exportAndCheck(alice.page, { withOther: false });
  expect(code).toBe(0);
  expect(checked).toMatchObject({ breaches: [] });
});

test("a receipt is on the device that was in the call, and goes where its person deletes it", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await callAndHangUp(alice, bob);
  const receipt = await openReceipt(alice.page);
  await alice.page.reload();
  await openReceipt(alice.page);
  await expect(receipt).toContainText("Through the relay, all the way");
  await alice.page.getByRole("button", { name: "Delete receipt" }).click();
  await alice.page.getByRole("alertdialog").getByRole("button", { name: "Delete receipt" }).click();
  await expect(receipt).toContainText("A receipt stays on the device that made it: look there.");
  const elsewhere = await device("bob");
  await signIn(elsewhere);
  await elsewhere.page.goto(new URL("/messages/@alice", elsewhere.page.url()).href);
  await expect(await openReceipt(elsewhere.page)).toContainText("This device was not in that call");
});

test("a direct call between two homes shows the address of one's own router", async () => {
  skipFor(await whyNoTwoHomes());
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  for (const person of [alice, bob]) await chooseCalls(person, { hideAddress: false });
  await callByVideo(alice, bob);
  await expect
    .poll(async () => (await mediaFiguresOf(alice)).selectedPair, { timeout: 20_000 })
    .toMatch(/^(srflx|prflx|host)\/(srflx|prflx)$/);
  await alice.press("Hang up");
  const receipt = await openReceipt(alice.page);
  await expect(receipt).toContainText(net.alice.publicAddress);
  await expect(receipt).toContainText("your internet address");
  await expect(receipt).not.toContainText(net.bob.publicAddress);
});
