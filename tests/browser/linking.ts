import { type Locator, type Page, expect } from "@playwright/test";
import type { PersonAtDevice } from "./people.ts";

/** The card that a linked device shows of another one that waits. */
export function waitingCardAt({ page }: { page: Page }): Locator {
  return page.getByRole("region", { name: "A new device wants to join your account" });
}

/** The card that a device shows of itself until it is linked. */
export function ownCardAt({ page }: { page: Page }): Locator {
  return page.getByRole("region", { name: "Link this device" });
}

/** What a device shows that was linked, until its person has compared what it believes. */
function linkedCardAt({ page }: { page: Page }): Locator {
  return page.getByRole("region", { name: "Linked by another device of yours" });
}

/** The same at the device that linked it. */
function justLinkedCardAt({ page }: { page: Page }): Locator {
  return page.getByRole("region", { name: "Linked. Now compare there" });
}

/** Links a device that has signed in, from one that is linked: both pages show the same emoji, twice. */
export async function linkDevice(linked: PersonAtDevice, added: PersonAtDevice): Promise<void> {
  const emoji = ownCardAt(added).getByRole("listitem");
  await expect(emoji).toHaveCount(8);
  const shown = await emoji.allTextContents();
  await expect(waitingCardAt(linked).getByRole("listitem")).toHaveText(shown);
  await waitingCardAt(linked).getByRole("button", { name: "They match: link it" }).click();
  for (const card of [waitingCardAt(linked), ownCardAt(added)]) await expect(card).toBeHidden();
  const believed = linkedCardAt(added).getByRole("listitem");
  await expect(believed).toHaveCount(8);
  const shownThen = await believed.allTextContents();
  expect(shownThen).not.toEqual(shown);
  await expect(justLinkedCardAt(linked).getByRole("listitem")).toHaveText(shownThen);
  await linkedCardAt(added).getByRole("button", { name: "They match" }).click();
  await justLinkedCardAt(linked).getByRole("button", { name: "Done" }).click();
  for (const card of [linkedCardAt(added), justLinkedCardAt(linked)])
    await expect(card).toBeHidden();
}
