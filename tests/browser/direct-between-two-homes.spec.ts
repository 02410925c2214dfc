import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { callByVideo } from "./calling-device.ts";
import { twoPeopleAtHome } from "./people-at-home.ts";
import { chooseCalls } from "./people.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.beforeAll(async () => skipFor(await whyNoTwoHomes()));

test("two people behind two routers who both show their address reach each other without the relay", async () => {
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  for (const person of [alice, bob]) await chooseCalls(person, { hideAddress: false });
  await callByVideo(alice, bob);
  for (const [person, home, other] of [
    [alice, net.alice, net.bob],
    [bob, net.bob, net.alice],
  ] as const) {
    await expect
      .poll(async () => (await mediaFiguresOf(person)).selectedPair, { timeout: 20_000 })
      .toMatch(/^(srflx|prflx|host)\/(srflx|prflx)$/);
    expect(await home.addressesSeen()).toContain(other.publicAddress);
    await expect
      .poll(() => person.text())
      .toContain("Direct: you see each other's internet address");
  }
});
