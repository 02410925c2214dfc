import { type PersonAtDevice, becomeMutuals, signIn } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** Answers of both, so that the sheet of a first ring stands before the race begins. */
async function openFirstRingSheet({ page }: PersonAtDevice, button: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page.getByRole("button", { name: "Ring now" })).toBeVisible();
}

test("two who ring each other at once are in one call, each with the kind they chose", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const laptops = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  for (const laptop of laptops) await signIn(laptop);
  await openFirstRingSheet(alice, "Audio call");
  await openFirstRingSheet(bob, "Video call");
  await Promise.all(
    [alice, bob].map(({ page }) => page.getByRole("button", { name: "Ring now" }).click()),
  );

  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived)
      .toBeGreaterThan(20);
    await expect(page.getByRole("alertdialog")).toBeHidden();
  }
  await expect(alice.page.getByLabel("Video of @bob")).toBeVisible();
  await expect(bob.page.getByLabel("Video of @alice")).toBeHidden();
  for (const { page } of laptops) await expect(page.getByRole("alertdialog")).toBeHidden();

  const callIds = new Set(
    [alice, bob]
      .flatMap(({ frames }) => frames)
      .flatMap(
        (frame) => (/"type":"accepted","call":\{"callId":"(\w+)"/.exec(frame) ?? [])[1] ?? [],
      ),
  );
  expect(callIds.size).toBe(1);
  const crossed = [alice, bob].filter(({ frames }) =>
    frames.some((frame) => frame.includes('"message":{"type":"glare"')),
  );
  expect(crossed).toHaveLength(1);
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  for (const { page } of [alice, bob]) {
    await expect(page.getByText(/(Audio|Video) call · .*addresses hidden/)).toHaveCount(1);
  }
});
