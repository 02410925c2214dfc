import { once } from "node:events";
import { type Home, twoHomes } from "../network/two-homes.ts";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { whereaboutsIn } from "./addresses.ts";
import { callByVideo } from "./calling-device.ts";
import { twoPeopleAtHome } from "./people-at-home.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.beforeAll(async () => skipFor(await whyNoTwoHomes()));

test("two homes have the server in common, and neither reaches into the other", async () => {
  await using net = await twoHomes();
  const answering = `require("node:net")
    .createServer((socket) => socket.end(socket.remoteAddress))
    .listen(80, "${net.serverAddress}", () => console.log("ready"))`;
  const answerer = net.server.spawn(process.execPath, ["-e", answering], { stdio: "pipe" });
  if (answerer.stdout === null) throw new Error("no output");
  await once(answerer.stdout, "data");
  for (const [home, other] of [
    [net.alice, net.bob],
    [net.bob, net.alice],
  ] as const) {
    expect(await reach(home, net.serverAddress)).toBe(home.publicAddress);
    expect(await home.addressesSeen()).toEqual([home.address, net.serverAddress].toSorted());
    expect(await reach(home, other.address)).toBe("ENETUNREACH");
    expect(await home.addressesSeen()).toContain(other.address);
  }
});

test("two people behind two routers see and hear each other, and no packet in a home names the other", async () => {
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  await callByVideo(alice, bob);
  for (const [person, home, other] of [
    [alice, net.alice, net.bob],
    [bob, net.bob, net.alice],
  ] as const) {
    expect((await mediaFiguresOf(person)).selectedPair).toBe("relay/relay");
    expect(whereaboutsIn(await person.frames())).toEqual([]);
    const seen = await home.addressesSeen();
    expect(seen).toContain(net.serverAddress);
    expect(seen).not.toContain(other.address);
    expect(seen).not.toContain(other.publicAddress);
  }
});

test("a callee whose first request to the relay is lost is not left on TCP", async () => {
  await using people = await twoPeopleAtHome();
  const { net, alice, bob, port } = people;
  // STUN begins with its type, Allocate's is 3 (RFC 8656 §18.1). One such request uses the quota up.
  const lossy = `table ip loss {
    chain leaving {
      type filter hook output priority filter
      udp dport ${port} @th,64,16 0x0003 quota until 100 bytes drop
    }
  }`;
  await net.bob.run("nft", ["-f", "-"], lossy);
  await callByVideo(alice, bob);
  expect(await mediaFiguresOf(bob)).toMatchObject({ relayProtocol: "udp" });
  expect(await mediaFiguresOf(alice)).toMatchObject({ relayProtocol: "udp" });
});

/** What a TCP server at that address says, or the code of the failure to reach it. */
function reach(home: Home, address: string): Promise<string> {
  const asking = `require("node:net").connect(80, "${address}")
    .on("error", ({ code }) => process.stdout.write(code))
    .pipe(process.stdout)`;
  return home.run(process.execPath, ["-e", asking]);
}
