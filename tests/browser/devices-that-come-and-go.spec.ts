import type { BrowserContext, Page } from "@playwright/test";
import { beInCall } from "./being-in-a-call.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

declare global {
  interface Window {
    unplug: (label: string) => void;
    plugIn: (label: string) => void;
  }
}

/** Chromium's invented devices cannot be unplugged, so the page is told that they were. */
async function letDevicesBeUnplugged(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const away = new Set<string>();
    const open = new Set<MediaStreamTrack>();
    const list = devices.enumerateDevices.bind(devices);
    const get = devices.getUserMedia.bind(devices);
    const isThere = ({ label }: { label: string }) => !away.has(label);
    devices.enumerateDevices = async () => (await list()).filter(isThere);
    devices.getUserMedia = async (constraints) => {
      const stream = await get(constraints);
      for (const track of stream.getTracks()) {
        if (!isThere(track)) {
          const others = (await list()).filter(isThere).filter(({ kind }) => kind === "audioinput");
          track.stop();
          const deviceId = { exact: others[0]?.deviceId ?? "" };
          return devices.getUserMedia({ audio: { deviceId } });
        }
        open.add(track);
      }
      return stream;
    };
    window.unplug = (label) => {
      away.add(label);
      for (const track of [...open].filter((one) => one.label === label)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      devices.dispatchEvent(new Event("devicechange"));
    };
    window.plugIn = (label) => {
      away.delete(label);
      devices.dispatchEvent(new Event("devicechange"));
    };
  });
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const chosenLabel = (page: Page, of: string) =>
  page.getByRole("combobox", { name: of }).locator("option:checked");

test("a microphone that is unplugged is replaced in words, and offered when it is back", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await letDevicesBeUnplugged(alice.context);
  await beInCall(alice, bob);
  const { page } = alice;
  await button(page, "Devices").click();
  const microphone = page.getByRole("combobox", { name: "Microphone" });
  const labels = await microphone.locator("option").allTextContents();
  const wanted = labels.at(-1) ?? "";
  await microphone.selectOption({ label: wanted });
  await expect(chosenLabel(page, "Microphone")).toHaveText(wanted);
  await page.keyboard.press("Escape");
  await page.evaluate((label) => window.unplug(label), wanted);
  const call = page.getByRole("region", { name: "Call", exact: true });
  await expect(call).toContainText(`${wanted} is no longer there. The microphone is now `);
  const heard = (await mediaFiguresOf(bob.page)).audioEnergy;
  await expect
    .poll(async () => (await mediaFiguresOf(bob.page)).audioEnergy)
    .toBeGreaterThan(heard);
  await page.evaluate((label) => window.plugIn(label), wanted);
  await expect(call).toContainText(`${wanted} is there again.`);
  await button(page, `Use ${wanted}`).click();
  await expect(call).not.toContainText(wanted);
  await button(page, "Devices").click();
  await expect(chosenLabel(page, "Microphone")).toHaveText(wanted);
});

test("the choice of devices and of sound is there again in the next call", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  const { page } = alice;
  await button(page, "Devices").click();
  const speaker = page.getByRole("combobox", { name: "Speaker" });
  const microphone = page.getByRole("combobox", { name: "Microphone" });
  const lastOf = async (of: typeof speaker) =>
    (await of.locator("option").allTextContents()).at(-1) ?? "";
  const chosen = { microphone: await lastOf(microphone), speaker: await lastOf(speaker) };
  await microphone.selectOption({ label: chosen.microphone });
  await speaker.selectOption({ label: chosen.speaker });
  await page.getByRole("switch", { name: "Noise suppression" }).click();
  await expect(page.getByRole("meter", { name: "Microphone level" })).toBeAttached();
  await expect
    .poll(() =>
      page
        .getByRole("meter", { name: "Microphone level" })
        .evaluate((meter: HTMLMeterElement) => meter.value),
    )
    .toBeGreaterThan(0.1);
  await page.keyboard.press("Escape");
  await button(page, "Hang up").click();
  await button(page, "Close").click();
  await button(bob.page, "Close").click();
  await page.reload();
  await button(page, "Audio call").click();
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  await button(page, "Devices").click();
  await expect(chosenLabel(page, "Microphone")).toHaveText(chosen.microphone);
  await expect(chosenLabel(page, "Speaker")).toHaveText(chosen.speaker);
  await expect(page.getByRole("switch", { name: "Noise suppression" })).not.toBeChecked();
});
