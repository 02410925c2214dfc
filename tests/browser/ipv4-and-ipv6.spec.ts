import { networkInterfaces } from "node:os";
import { whereaboutsIn } from "./addresses.ts";
import { becomeCallable, callByVideo, chromiumDevice } from "./calling-device.ts";
import { expect, skipFor, test } from "./test.ts";
import { keepOneWay } from "./transport.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.use({ serverOptions: { host: "::" } });

for (const transport of ["udp", "tcp"] as const) {
  test(`one with IPv4 alone and one with IPv6 alone see and hear each other over ${transport}`, async ({
    device,
    server,
  }) => {
    skipFor(hasIpv6() ? null : "This machine has no IPv6 loopback.");
    const { port } = new URL(server.origin);
    // A browser is sent to the relay at the address by which it asked for the page.
    const [hostOfAlice, hostOfBob] = [`127.0.0.1:${port}`, `[::1]:${port}`];
    const alice = chromiumDevice(await device("alice", `http://${hostOfAlice}`));
    const bob = chromiumDevice(await device("bob", `http://${hostOfBob}`));
    for (const person of [alice, bob]) await person.addInitScript(keepOneWay, transport);
    await becomeCallable(alice, bob);
    await callByVideo(alice, bob);
    for (const [person, host] of [
      [alice, hostOfAlice],
      [bob, hostOfBob],
    ] as const) {
      expect(await mediaFiguresOf(person)).toMatchObject({
        selectedPair: "relay/relay",
        relayUrl: `turn:${host}?transport=${transport}`,
      });
      expect(whereaboutsIn(await person.frames())).toEqual([]);
    }
  });
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some((it) => it.address === "::1"));
}
