import { becomeCallable, callByVideo } from "./calling-device.ts";
import { whyNoFirefox } from "./firefox.ts";
import { virtualAddressesIn, whereaboutsIn } from "./addresses.ts";
import { type Make, expect, skipFor, test } from "./test.ts";
import { type Transport, keepOneWay } from "./transport.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.use({ serverOptions: { hasTls: true } });

type Way = readonly [Make, Transport];

const calls: readonly { caller: Way; callee: Way }[] = [
  { caller: ["Chromium", "udp"], callee: ["Chromium", "udp"] },
  { caller: ["Chromium", "tcp"], callee: ["Chromium", "tcp"] },
  { caller: ["Chromium", "tls"], callee: ["Chromium", "tls"] },
  { caller: ["Chromium", "udp"], callee: ["Chromium", "tls"] },
  { caller: ["Firefox", "udp"], callee: ["Chromium", "udp"] },
  { caller: ["Firefox", "tcp"], callee: ["Chromium", "tcp"] },
  { caller: ["Firefox", "tls"], callee: ["Chromium", "tls"] },
  { caller: ["Chromium", "udp"], callee: ["Firefox", "udp"] },
  { caller: ["Chromium", "tcp"], callee: ["Firefox", "tcp"] },
  { caller: ["Chromium", "tls"], callee: ["Firefox", "tls"] },
];

for (const { caller, callee } of calls) {
  const [callerMake, callerTransport] = caller;
  const [calleeMake, calleeTransport] = callee;
  test(`a ${callerMake} with ${callerTransport} alone calls a ${calleeMake} with ${calleeTransport} alone, and neither shows where it is`, async ({
    deviceOf,
  }) => {
    if ([callerMake, calleeMake].includes("Firefox")) skipFor(whyNoFirefox());
    const alice = await deviceOf(callerMake, "alice");
    const bob = await deviceOf(calleeMake, "bob");
    await alice.addInitScript(keepOneWay, callerTransport);
    await bob.addInitScript(keepOneWay, calleeTransport);
    await becomeCallable(alice, bob);
    await callByVideo(alice, bob);
    for (const [device, relayProtocol] of [
      [alice, callerTransport],
      [bob, calleeTransport],
    ] as const) {
      expect(await mediaFiguresOf(device)).toMatchObject({
        selectedPair: "relay/relay",
        relayProtocol,
      });
      const frames = await device.frames();
      expect(whereaboutsIn(frames)).toEqual([]);
      expect(virtualAddressesIn(frames)).not.toEqual([]);
    }
    await alice.press("Hang up");
    for (const device of [alice, bob]) {
      await expect.poll(() => device.text()).toMatch(/Video call · .*addresses hidden/);
    }
  });
}
