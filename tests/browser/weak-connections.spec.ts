import { beInCall } from "./being-in-a-call.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

declare global {
  interface Window {
    /** The share of this side's sound that gets lost, as the browser will count it. */
    soundLost: number;
  }
}

test("pictures give way to the sound on a weak connection, and come back by themselves", async ({
  device,
}) => {
  test.setTimeout(150_000);
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await alice.context.addInitScript(() => {
    window.soundLost = 0;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      override async getStats(): Promise<RTCStatsReport> {
        const report = new Map<string, unknown>(await super.getStats());
        const sent = { type: "remote-inbound-rtp", id: "S", kind: "audio", roundTripTime: 0.01 };
        for (const [id, stats] of report) {
          if ((stats as RTCStats).type === "remote-inbound-rtp") report.delete(id);
        }
        return report.set("S", { ...sent, fractionLost: window.soundLost });
      }
    };
  });
  await beInCall(alice, bob, "video");
  const pictureOfAlice = bob.page.getByLabel("Video of @alice");
  await expect(pictureOfAlice).toBeVisible();
  await alice.page.evaluate(() => void (window.soundLost = 0.5));
  const words = "so that you can hear each other";
  await expect(alice.page.getByText(words)).toBeVisible({ timeout: 20_000 });
  await expect(bob.page.getByText(words)).toBeVisible();
  await expect(pictureOfAlice).toBeHidden();
  await expect(alice.page.getByRole("button", { name: "Camera off" })).toBeVisible();
  const { audioPacketsReceived } = await mediaFiguresOf(bob.page);
  await expect
    .poll(async () => (await mediaFiguresOf(bob.page)).audioPacketsReceived)
    .toBeGreaterThan(audioPacketsReceived + 50);
  // What is not sent cannot be decoded: the picture really stopped, and is not only hidden.
  const stopped = await mediaFiguresOf(bob.page);
  await alice.page.evaluate(() => void (window.soundLost = 0));
  await expect(pictureOfAlice).toBeVisible({ timeout: 60_000 });
  await expect(alice.page.getByText(words)).toBeHidden();
  await expect
    .poll(async () => (await mediaFiguresOf(bob.page)).framesDecoded)
    .toBeGreaterThan(stopped.framesDecoded + 10);
});
