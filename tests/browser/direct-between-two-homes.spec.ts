import { type Browser, chromium } from "@playwright/test";
import { type Home, twoHomes } from "../network/two-homes.ts";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { becomeCallable, callByVideo, chromiumDevice } from "./calling-device.ts";
import { chromiumArguments, chromiumPath } from "./chromium.ts";
import { chooseCalls, openDevice } from "./people.ts";
import { startServer } from "./server.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.beforeAll(async () => skipFor(await whyNoTwoHomes()));

test("two people behind two routers who both show their address reach each other without the relay", async () => {
  await using net = await twoHomes();
  await using server = await startServer({
    host: net.serverAddress,
    name: net.serverAddress,
    spawn: net.server.spawn.bind(net.server),
  });
  await using alicesBrowser = await launchIn(net.alice, server.origin);
  await using bobsBrowser = await launchIn(net.bob, server.origin);
  const alice = chromiumDevice(await openDevice(alicesBrowser, server.origin, "alice"));
  const bob = chromiumDevice(await openDevice(bobsBrowser, server.origin, "bob"));
  await becomeCallable(alice, bob);
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

/** A Chromium in a home, for which the server's origin is as good as HTTPS. */
function launchIn(home: Home, origin: string): Promise<Browser> {
  return chromium.launch({
    executablePath: home.executable(chromiumPath()),
    args: [...chromiumArguments, `--unsafely-treat-insecure-origin-as-secure=${origin}`],
  });
}
