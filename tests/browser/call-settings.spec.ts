import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  becomeAcquainted,
  becomeMutuals,
  chooseCalls,
  createAccount,
  letEachOtherRing,
  type PersonAtDevice,
  signIn,
} from "./people.ts";
import { expect, test } from "./test.ts";

/** What happens on one side shows on the other within a second, and a little for a slow machine. */
const live = { timeout: 2_000 };

const button = ({ page }: PersonAtDevice, name: string) =>
  page.getByRole("button", { name, exact: true });
const checkbox = ({ page }: PersonAtDevice, name: string) =>
  page.getByRole("checkbox", { name, exact: true });
const rightNow = ({ page }: PersonAtDevice) =>
  page.getByRole("region", { name: "Who can ring you right now" });

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}

test("the names of who can ring stand with their reasons, and follow what happens elsewhere", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/settings/calls");
  await expect(rightNow(bob)).toContainText("Alice");
  await expect(rightNow(bob)).toContainText("You follow each other");

  await alice.page.goto("/people/@bob");
  await alice.page.getByRole("button", { name: /^Follow/ }).click();
  await expect(rightNow(bob)).toContainText("Nobody", live);

  const other = await device("bob");
  await signIn(other);
  await other.page.goto("/people/@alice");
  await button(other, "Always").click();
  await expect(rightNow(bob)).toContainText("You said always", live);
  await rightNow(bob).getByRole("button", { name: "End" }).click();
  await expect(rightNow(bob)).toContainText("Nobody");
  await expect(button(other, "Always")).toBeVisible(live);
  await expectNoViolations(bob.page);
});

test("what lets more people ring asks first, and what lets fewer ring tells who", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await chooseCalls(bob, { calling: "on", audiences: [], asking: "nobody" });
  const calls = button(alice, "Audio call");
  await expect(alice.page.getByText(/You can.t call @bob here/)).toBeVisible();

  await bob.page.goto("/settings/calls");
  await checkbox(bob, "Everyone").click();
  await expect(bob.page.getByText("1 more person could ring you: Alice (@alice).")).toBeVisible();
  await expectNoViolations(bob.page);
  await button(bob, "Keep as it is").click();
  await expect(checkbox(bob, "Everyone")).not.toBeChecked();
  await expect(checkbox(bob, "Everyone")).toBeFocused();

  await checkbox(bob, "Everyone").click();
  await expect(button(bob, "Change")).toBeVisible();
  await expect(calls).toBeHidden();
  await button(bob, "Change").click();
  await expect(bob.page.getByText("1 more person can ring you now: Alice (@alice).")).toBeVisible();
  await expect(calls).toBeVisible(live);
  await expect(rightNow(bob)).toContainText("You let everyone ring", live);

  await checkbox(bob, "Everyone").click();
  await expect(
    bob.page.getByText("1 person can no longer ring you: Alice (@alice)."),
  ).toBeVisible();
  await expect(button(bob, "Change")).toHaveCount(0);
  await expect(calls).toBeHidden(live);
});

test("a rule that concerns nobody changes without a word, and shows on the other devices", async ({
  device,
}) => {
  const [bob, other] = await Promise.all([device("bob"), device("bob")]);
  await createAccount(bob);
  await signIn(other);
  await Promise.all([bob, other].map(({ page }) => page.goto("/settings/calls")));
  await bob.page.getByRole("switch", { name: "Calls" }).click();
  await expect(other.page.getByRole("switch", { name: "Calls" })).toBeChecked(live);
  for (const name of ["My address book", "Mutuals", "People I follow", "Vouched", "Everyone"]) {
    await checkbox(bob, name).click();
    await expect(checkbox(other, name)).toBeChecked(live);
  }
  await bob.page.getByLabel("Fades after").selectOption("30 days");
  await expect(other.page.getByLabel("Fades after")).toHaveValue("30", live);
  for (const name of ["Fading", "Let people ask", "Hide my address"]) {
    await bob.page.getByRole("switch", { name }).click();
    await expect(other.page.getByRole("switch", { name })).not.toBeChecked(live);
  }
  await expect(button(bob, "Change")).toHaveCount(0);
  await expect(other.page.getByLabel("Fades after")).toBeHidden();
});

test("people with a rule of their own stand in one place, each with the way back", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/settings/calls/people");
  await expect(bob.page.getByText("Nobody has a right of their own.")).toBeVisible();
  const other = await device("bob");
  await signIn(other);
  await other.page.goto("/people/@alice");

  await button(other, "Always").click();
  const mayRing = bob.page.getByRole("region", { name: "May ring" });
  await expect(mayRing).toContainText("May always ring.", live);
  await mayRing.getByRole("checkbox", { name: "Rings aloud in quiet hours too" }).click();
  await expect(checkbox(other, "Rings aloud in quiet hours too")).toBeChecked(live);
  await mayRing.getByRole("button", { name: "End" }).click();
  await expect(mayRing).toContainText("Nobody has a right");

  await other.page.getByRole("checkbox", { name: "Never let @alice ring me" }).click();
  const never = bob.page.getByRole("region", { name: "Never" });
  await expect(never).toContainText("Alice", live);
  await never.getByRole("button", { name: "Take back" }).click();
  await expect(button(alice, "Audio call")).toBeVisible(live);
  await expect(
    other.page.getByRole("checkbox", { name: "Never let @alice ring me" }),
  ).not.toBeChecked(live);

  await other.page.getByLabel("My address in calls with @alice").selectOption("Shown");
  const address = bob.page.getByRole("region", { name: "Your address" });
  await expect(address).toContainText("May see your address.", live);
  await address.getByRole("button", { name: "Remove" }).click();
  await expect(address).toContainText("No exceptions");

  await button(other, "Block").click();
  await other.page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  const blocked = bob.page.getByRole("region", { name: "People you blocked" });
  await expect(blocked).toContainText("Alice", live);
  await expectNoViolations(bob.page);
  await blocked.getByRole("button", { name: "Unblock" }).click();
  await expect(blocked).toContainText("Nobody.");
});

test("an address book is kept by handle, and goes out and in as a file", async ({ device }) => {
  const [alice, bob, carol] = await Promise.all(
    ["alice", "bob", "carol"].map((handle) => device(handle)),
  );
  if (!alice || !bob || !carol) throw new Error("no devices");
  await Promise.all([alice, bob, carol].map(createAccount));
  await bob.page.goto("/settings/calls/address-book");
  await expect(bob.page.getByText("Nobody yet.")).toBeVisible();
  for (const handle of ["alice", "carol"]) {
    await bob.page.getByLabel("Find people by handle").fill(`@${handle.slice(0, 3)}`);
    await bob.page
      .getByRole("list", { name: "Found" })
      .getByRole("button", { name: "Add" })
      .click();
    await expect(bob.page.getByText("In your address book", { exact: true })).toBeVisible();
  }
  const kept = bob.page.getByRole("region", { name: "People in it" });
  await expect(kept).toContainText("@alice");
  await expect(kept).toContainText("@carol");
  await expectNoViolations(bob.page);

  const [download] = await Promise.all([
    bob.page.waitForEvent("download"),
    button(bob, "Export as vCard").click(),
  ]);
  const file = await readFile(await download.path(), "utf8");
  expect(file.match(/^IMPP.*$/gm)).toHaveLength(2);

  await kept.getByRole("listitem").filter({ hasText: "@carol" }).getByRole("button").click();
  await expect(kept).not.toContainText("@carol");
  const nobodyHere = file.replaceAll("carol", "nobody_here");
  const frames = watchRequests(bob.page);
  await bob.page.getByLabel("File of contacts").setInputFiles({
    name: "contacts.vcf",
    mimeType: "text/vcard",
    buffer: Buffer.from(`${file}${nobodyHere}BEGIN:VCARD\r\nTEL:+49 30 1234\r\nEND:VCARD\r\n`),
  });
  const found = bob.page.getByRole("region", { name: "Found here" });
  await expect(found.getByRole("checkbox", { name: "Carol" })).toBeChecked();
  await expect(found).toContainText("In your address book already: @alice.");
  await expect(found).toContainText("Not here: @nobody_here.");
  await expect(kept).not.toContainText("@carol");
  expect(frames.join()).not.toContain("1234");
  await expectNoViolations(bob.page);
  await found.getByRole("button", { name: "Add 1 person" }).click();
  await expect(kept).toContainText("@carol");
  await expect(bob.page.getByText("1 person was added.")).toBeVisible();
});

/** The bodies that the page sends from now on. */
function watchRequests(page: Page): string[] {
  const bodies: string[] = [];
  page.on("request", (request) => bodies.push(request.postData() ?? ""));
  return bodies;
}

test("a file that is none, or too large, is refused with words and loses nothing", async ({
  device,
}) => {
  const bob = await device("bob");
  await createAccount(bob);
  await bob.page.goto("/settings/calls/address-book");
  const choose = (buffer: Buffer) =>
    bob.page
      .getByLabel("File of contacts")
      .setInputFiles({ name: "contacts.vcf", mimeType: "text/vcard", buffer });
  const said = bob.page.getByRole("region", { name: "Import" }).getByRole("alert");
  await choose(Buffer.from("name,phone\nAlice,+49"));
  await expect(said).toContainText("This is no file of contacts.");
  await choose(Buffer.alloc(5 * 1024 * 1024 + 1, "a"));
  await expect(said).toContainText("larger than 5 MB");
  await choose(Buffer.from("BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:+49\r\nEND:VCARD\r\n"));
  await expect(bob.page.getByText("1 contact was read.")).toBeVisible();
});

test("a preset sets all at once, after saying who could ring then", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await chooseCalls(bob, { calling: "off" });
  await expect(button(alice, "Audio call")).toBeHidden(live);
  await bob.page.goto("/settings/calls/presets");
  const likeX = bob.page.getByRole("region", { name: "Like X" });
  await likeX.getByRole("button", { name: "Use this preset" }).click();
  await expect(likeX).toContainText("1 more person could ring you: Alice (@alice).");
  await expectNoViolations(bob.page);
  await likeX.getByRole("button", { name: "Change", exact: true }).click();
  await expect(likeX).toContainText("In use");
  await expect(button(alice, "Audio call")).toBeVisible(live);

  const preset = bob.page.getByRole("region", { name: "Private" });
  await preset.getByRole("button", { name: "Use this preset" }).click();
  await expect(preset).toContainText("In use");
  await expect(likeX).not.toContainText("In use");
  await bob.page.goto("/settings/calls");
  await expect(bob.page.getByRole("switch", { name: "Hide my address" })).toBeChecked();
});

test("who was not let through stands in a list with the reason, and can be blocked from it", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeAcquainted(alice, bob);
  await chooseCalls(bob, { calling: "off", asking: "nobody" });
  await tryToAsk(alice, "bob");
  await bob.page.goto("/settings/calls");
  await expect(bob.page.getByRole("link", { name: /Tried to reach you/ })).toContainText(
    "1 not let through",
  );
  await bob.page.getByRole("link", { name: /Tried to reach you/ }).click();
  const line = bob.page.getByRole("listitem").filter({ hasText: "@alice" });
  await expect(line).toContainText("Your calls were off.");
  await expectNoViolations(bob.page);
  await line.getByRole("button", { name: "Report" }).click();
  await bob.page.getByLabel("What happened").fill("Again and again");
  await bob.page.getByRole("button", { name: "Send report" }).click();
  await expect(bob.page.getByText("Sent.")).toBeVisible();
  await bob.page.getByRole("button", { name: "Close" }).click();
  await line.getByRole("button", { name: "Block" }).click();
  await bob.page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  await button(bob, "Clear the list").click();
  await expect(bob.page.getByText("Nobody was turned away.")).toBeVisible();
  await bob.page.goto("/settings/calls/people");
  await expect(bob.page.getByRole("region", { name: "People you blocked" })).toContainText(
    "@alice",
  );
});

/** As a page would whose button has just gone. */
async function tryToAsk({ context, origin }: PersonAtDevice, handle: string): Promise<void> {
  const options = { headers: { origin }, data: { reason: "" } };
  const response = await context.request.post(`/api/people/${handle}/ask`, options);
  expect(await response.json()).toMatchObject({ code: "ask-refused" });
}

test("the page of calls is changed by keyboard alone", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await Promise.all([alice, bob].map(createAccount));
  await letEachOtherRing(alice, bob);
  await chooseCalls(bob, { audiences: [] });
  await bob.page.goto("/settings/calls");
  const { page } = bob;
  await checkbox(bob, "Mutuals").focus();
  await page.keyboard.press("Space");
  await expect(button(bob, "Change")).toBeVisible();
  for (const name of ["People I follow", "Vouched", "Everyone"]) {
    await page.keyboard.press("Tab");
    await expect(checkbox(bob, name)).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await expect(button(bob, "Change")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(checkbox(bob, "Mutuals")).toBeFocused();
  await expect(rightNow(bob)).toContainText("Alice", live);
});
