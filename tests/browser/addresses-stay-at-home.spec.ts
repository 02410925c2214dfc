import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { findForms, formsOf } from "../network/address-forms.ts";
import { PacketCapture } from "../network/packet-capture.ts";
import type { Home, TwoHomes } from "../network/two-homes.ts";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { type ChromiumDevice, callByAudio } from "./calling-device.ts";
import { type PeopleIn, twoPeopleAtHome } from "./people-at-home.ts";
import { chooseCalls } from "./people.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.beforeAll(async () => {
  skipFor(existsSync("/usr/bin/tcpdump") ? null : "There is no tcpdump.");
  skipFor(await whyNoTwoHomes());
});

type People = PeopleIn<TwoHomes>;

/** What was written down at each of the two homes, and everything that the page there was told. */
interface Seen {
  readonly atAlice: Buffer;
  readonly atBob: Buffer;
}

/** Captures what happens at both ends meanwhile. */
async function capture({ net, alice, bob }: People, act: () => Promise<void>): Promise<Seen> {
  // The interface that `twoHomes` gives each home.
  const [one, other] = [
    await PacketCapture.start(net.alice, "lan"),
    await PacketCapture.start(net.bob, "lan"),
  ];
  await act();
  const [atAlice, atBob] = [await one.stop(), await other.stop()];
  return {
    atAlice: Buffer.concat([atAlice, await toldTo(alice)]),
    atBob: Buffer.concat([atBob, await toldTo(bob)]),
  };
}

async function toldTo(device: ChromiumDevice): Promise<Buffer> {
  return Buffer.from((await device.frames()).join("\n"));
}

const formsOfHome = ({ address, routerAddress, publicAddress }: Home) =>
  [address, routerAddress, publicAddress].flatMap((one) => formsOf(one));

function expectNobodyFound({ net }: People, { atAlice, atBob }: Seen): void {
  // What was captured is whole: each end finds itself.
  expect(findForms(atAlice, formsOf(net.alice.address))).not.toEqual([]);
  expect(findForms(atBob, formsOf(net.bob.address))).not.toEqual([]);
  expect(findForms(atAlice, formsOfHome(net.bob))).toEqual([]);
  expect(findForms(atBob, formsOfHome(net.alice))).toEqual([]);
}

test("no packet and no word at either home says where the other is", async () => {
  test.setTimeout(120_000);
  await using people = await twoPeopleAtHome();
  const { net, alice, bob, server } = people;
  expectNobodyFound(people, await capture(people, () => callByAudio(alice, bob)));
  // What the server keeps names neither of the two homes.
  const forms = [...formsOfHome(net.alice), ...formsOfHome(net.bob)];
  const files = globSync("**/*", { cwd: server.dataDirectory })
    .map((path) => join(server.dataDirectory, path))
    .filter((path) => statSync(path).isFile());
  expect(files).not.toEqual([]);
  for (const file of files) expect(findForms(readFileSync(file), forms), file).toEqual([]);
});

test("where both show their address, the same search finds it at both ends", async () => {
  test.setTimeout(120_000);
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  for (const person of [alice, bob]) await chooseCalls(person, { hideAddress: false });
  const seen = await capture(people, async () => {
    await callByAudio(alice, bob);
    for (const person of [alice, bob]) {
      await expect
        .poll(async () => (await mediaFiguresOf(person)).selectedPair, { timeout: 20_000 })
        .toMatch(/^(srflx|prflx|host)\/(srflx|prflx)$/);
    }
  });
  for (const [captured, other] of [
    [seen.atAlice, net.bob],
    [seen.atBob, net.alice],
  ] as const) {
    const found = findForms(captured, formsOf(other.publicAddress)).join();
    // In the headers of packets, in what STUN says, and in the words of the server.
    for (const form of ["bytes", "xor", "text"]) {
      expect(found).toContain(`${other.publicAddress}: ${form}`);
    }
  }
});
