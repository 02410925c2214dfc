import { becomeMutuals, becomeMutualsByHand, ring } from "./people.ts";
import { virtualAddressesIn, whereaboutsIn } from "./addresses.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";
import { type Transport, keepOneWay } from "./transport.ts";

test("two people sign up, follow, talk and have a video call in which both see and hear", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutualsByHand(alice, bob);

  await ring(alice, "Video call");
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  await expect(incoming).toContainText("Alice");
  await expect(incoming).toContainText("you follow each other");
  // The card takes no input for its first half second: waiting is part of the contract.
  await incoming.getByRole("button", { name: "Accept with video" }).click({ delay: 50 });

  await expect(alice.page.getByLabel("Video of @bob")).toBeVisible();
  await expect(bob.page.getByLabel("Video of @alice")).toBeVisible();
  for (const { page } of [alice, bob]) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).framesDecoded, { timeout: 20_000 })
      .toBeGreaterThan(5);
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived)
      .toBeGreaterThan(20);
    // The fake microphone beeps: silence would be as many packets without energy.
    await expect.poll(async () => (await mediaFiguresOf(page)).audioEnergy).toBeGreaterThan(0);
    expect((await mediaFiguresOf(page)).selectedPair).toBe("relay/relay");
  }

  await bob.page.getByRole("button", { name: "Hang up" }).click();
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
    await expect(page.getByText(/Video call · .*addresses hidden/)).toBeVisible();
  }
});

test("no address but the relay's virtual ones crosses the server in a call", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect
    .poll(async () => (await mediaFiguresOf(bob.page)).audioPacketsReceived, { timeout: 20_000 })
    .toBeGreaterThan(20);
  for (const { frames } of [alice, bob]) {
    expect(whereaboutsIn(frames)).toEqual([]);
    expect(virtualAddressesIn(frames)).not.toEqual([]);
  }
});

test("a person who reaches the relay over TCP alone talks with one who reaches it over UDP", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await alice.context.addInitScript<Transport>(keepOneWay, "tcp");
  await bob.context.addInitScript<Transport>(keepOneWay, "udp");
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const [{ page }, relayProtocol] of [
    [alice, "tcp"],
    [bob, "udp"],
  ] as const) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
      .toBeGreaterThan(20);
    expect(await mediaFiguresOf(page)).toMatchObject({
      selectedPair: "relay/relay",
      relayProtocol,
    });
  }
});
