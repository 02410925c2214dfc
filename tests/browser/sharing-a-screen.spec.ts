import type { Page } from "@playwright/test";
import { beInCall } from "./being-in-a-call.ts";
import { expect, test } from "./test.ts";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Whether a picture moves on: its time does, with the frames that come. */
async function expectPictures(page: Page, label: string): Promise<void> {
  const video = page.getByLabel(label, { exact: true });
  // A browser takes its time to open a screen on a busy machine.
  await expect(video).toBeVisible({ timeout: 30_000 });
  const timeOf = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  const before = await timeOf();
  await expect.poll(timeOf).toBeGreaterThan(before);
}

test("a screen is shared beside the camera, without another exchange of descriptions", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob, "video");
  const descriptions = () => alice.frames.filter((frame) => frame.includes("m=audio")).length;
  const before = descriptions();
  await button(alice.page, "Share screen").click();
  await expectPictures(bob.page, "Screen of @alice");
  await expectPictures(bob.page, "Video of @alice");
  await expectPictures(alice.page, "Your own screen");
  await button(alice.page, "Stop sharing").click();
  await expect(bob.page.getByLabel("Screen of @alice")).toBeHidden();
  await expectPictures(bob.page, "Video of @alice");
  expect(descriptions()).toBe(before);
});

test("the callee shares a screen in an audio call, and the browser's own bar ends it", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await bob.context.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = async (options) => {
      const stream = await ask(options);
      Object.assign(window, { sharedTrack: stream.getVideoTracks()[0] });
      return stream;
    };
  });
  await beInCall(alice, bob);
  await button(bob.page, "Share screen").click();
  await expectPictures(alice.page, "Screen of @bob");
  await bob.page.evaluate(() => {
    // What a browser does when its own button is pressed.
    const { sharedTrack } = window as unknown as { sharedTrack: MediaStreamTrack };
    sharedTrack.stop();
    sharedTrack.dispatchEvent(new Event("ended"));
  });
  await expect(alice.page.getByLabel("Screen of @bob")).toBeHidden();
  await expect(button(bob.page, "Share screen")).toBeVisible();
});

test("a browser that cannot share a screen has no button for it", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await alice.context.addInitScript(() => {
    Reflect.deleteProperty(MediaDevices.prototype, "getDisplayMedia");
  });
  await beInCall(alice, bob);
  await expect(button(alice.page, "Devices")).toBeVisible();
  await expect(button(alice.page, "Share screen")).toBeHidden();
  await expect(button(bob.page, "Share screen")).toBeVisible();
});
