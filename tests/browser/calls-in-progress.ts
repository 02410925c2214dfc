import type { Page } from "@playwright/test";
import { becomeMutuals, type PersonAtDevice, ring } from "./people.ts";
import { expect } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** An audio call that both hear, from the tap of the first. */
export async function callEachOther(alice: PersonAtDevice, bob: PersonAtDevice): Promise<void> {
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expectCallToRun(alice.page, bob.page);
}

export async function expectCallToRun(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
    await expectMediaToFlow(page);
  }
}

/** More sound arrives within two seconds. */
export async function expectMediaToFlow(page: Page): Promise<void> {
  const packets = async () => (await mediaFiguresOf(page)).audioPacketsReceived;
  await expect.poll(packets, { timeout: 2_000, intervals: [100] }).toBeGreaterThan(await packets());
}

export async function expectEnded({ page }: PersonAtDevice, words: RegExp): Promise<void> {
  await expect(page.getByRole("region", { name: "Call" })).toContainText(words);
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
}
