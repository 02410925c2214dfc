import { expect } from "@playwright/test";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** Two people in a call, in which both hear each other. */
export async function beInCall(
  caller: PersonAtDevice,
  callee: PersonAtDevice,
  kind: "audio" | "video" = "audio",
): Promise<void> {
  await becomeMutuals(caller, callee);
  await ring(caller, kind === "audio" ? "Audio call" : "Video call");
  const accept = kind === "audio" ? "Accept" : "Accept with video";
  await callee.page.getByRole("button", { name: accept, exact: true }).click({ delay: 50 });
  for (const { page } of [caller, callee]) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
      .toBeGreaterThan(20);
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  }
}
