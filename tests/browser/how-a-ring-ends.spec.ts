import { limits } from "@ringfence/protocol";
import { becomeMutuals, ring, signIn } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

test("a decline is told to the caller in plain words and ends the ring at once", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Decline", exact: true }).click({ delay: 50 });
  await expect(bob.page.getByRole("alertdialog", { name: "Incoming call" })).toBeHidden();
  await expect(bob.page.getByRole("log").getByText("Audio call · you declined")).toBeVisible();
  await expect(alice.page.getByText(/can.t talk now/).first()).toBeVisible();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await expect(
    alice.page.getByRole("log").getByText("Audio call · @bob couldn't talk"),
  ).toBeVisible();
});

test("a cancel takes the ring away, and it stands as missed with a way to call back", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(incoming).toBeHidden();
  await expect(bob.page.getByText(/Missed audio call/i).first()).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Call back" }).first()).toBeVisible();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await expect(alice.page.getByRole("log").getByText("Audio call · cancelled")).toBeVisible();
});

test("a tap that is cancelled within its first second rings nobody and leaves no trace", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await alice.page.clock.install();
  await becomeMutuals(alice, bob);
  // The second does not pass while it is cancelled, however slow this machine is.
  await alice.page.clock.pauseAt(Date.now() + 1_000);
  const before = alice.frames.length;
  const said = (type: string) =>
    alice.frames.slice(before).filter((frame) => frame.startsWith(`{"type":"${type}"`));
  await ring(alice, "Audio call");
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(alice.page.getByRole("button", { name: "Audio call", exact: true })).toBeVisible();
  await alice.page.clock.fastForward(limits.heartbeatMs);
  // What was said before the heartbeat has been said by now: it is one socket.
  await expect.poll(() => said("heartbeat")).not.toEqual([]);
  expect(said("invite")).toEqual([]);
  await expect(bob.page.getByText(/Missed/)).toBeHidden();
});

test("all devices ring, one answers, the others fall silent and open no microphone", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await ring(alice, "Audio call");
  const onLaptop = laptop.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(onLaptop).toBeVisible();
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(onLaptop).toBeHidden({ timeout: 2_000 });
  await expect(bob.page.getByRole("button", { name: "Hang up" })).toBeVisible();
  expect((await mediaUseOf(laptop.page)).microphoneOrCameraOpened).toBe(0);
});

test("switching calls off on one device silences the ring on all; the caller hears it go on", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await laptop.page.setViewportSize({ width: 1280, height: 800 });
  await laptop.page.goto("/settings/calls");
  await ring(alice, "Audio call");
  const incoming = [bob, laptop].map(({ page }) =>
    page.getByRole("alertdialog", { name: "Incoming call" }),
  );
  for (const card of incoming) await expect(card).toBeVisible();
  // By keyboard: the card of the ring may lie over the switch, and does not take the focus.
  await laptop.page.getByRole("switch", { name: "Calls" }).press("Space");
  for (const card of incoming) await expect(card).toBeHidden({ timeout: 2_000 });
  await expect(alice.page.getByRole("button", { name: "Cancel call" })).toBeVisible();
});
