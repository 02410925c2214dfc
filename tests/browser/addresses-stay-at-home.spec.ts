import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { limits } from "@ringfence/protocol";
import { findForms, formsOf } from "../network/address-forms.ts";
import { PacketCapture } from "../network/packet-capture.ts";
import type { Home, TwoHomes } from "../network/two-homes.ts";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { type ChromiumDevice, callByAudio } from "./calling-device.ts";
import { type PeopleIn, twoPeopleAtHome } from "./people-at-home.ts";
import { chooseCalls, ring } from "./people.ts";
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

test("no packet and no word at either home says where the other is, however a call ends", async () => {
  test.setTimeout(180_000);
  await using people = await twoPeopleAtHome();
  const { net, alice, bob, server, port } = people;
  const seen = await capture(people, async () => {
    // Nobody takes the first: it rings to its end, with a place at the relay for either side.
    await ring(alice, "Audio call");
    await expect(incomingAt(bob)).toBeVisible();
    await expect(incomingAt(bob)).toBeHidden({ timeout: limits.ringTimeoutMs + 15_000 });
    await alice.press("Close");

    await callByAudio(alice, bob);
    await alice.press("Hang up");
    for (const device of [alice, bob]) await device.press("Close");

    await ring(alice, "Audio call");
    await expect(incomingAt(bob)).toBeVisible();
    await alice.press("Cancel call");
    await expect(incomingAt(bob)).toBeHidden();
    await alice.press("Close");

    await ring(alice, "Audio call");
    await bob.press("Decline");
    await alice.press("Close");

    // Nothing of Bob's reaches the relay from here on, while his WebSocket stands.
    await net.bob.run("nft", ["-f", "-"], withoutRelay(port));
    await ring(alice, "Audio call");
    await bob.press("Accept");
    for (const { page } of [alice, bob]) {
      await expect(page.getByRole("button", { name: "Close" })).toBeVisible({ timeout: 45_000 });
    }
  });
  // What somebody ended herself is `cancelled`, also where it was answered.
  expect(await endsToldTo(alice)).toEqual([
    "no-answer",
    "cancelled",
    "cancelled",
    "declined",
    "failed",
  ]);
  expectNobodyFound(people, seen);
  // What the server keeps names neither of the two homes.
  const forms = [...formsOfHome(net.alice), ...formsOfHome(net.bob)];
  const files = globSync("**/*", { cwd: server.dataDirectory })
    .map((path) => join(server.dataDirectory, path))
    .filter((path) => statSync(path).isFile());
  expect(files).not.toEqual([]);
  for (const file of files) expect(findForms(readFileSync(file), forms), file).toEqual([]);
});

const incomingAt = ({ page }: ChromiumDevice) =>
  page.getByRole("alertdialog", { name: "Incoming call" });

/** For nft(8): connections that stand go on. */
const withoutRelay = (port: number) => `table ip cut {
  chain leaving {
    type filter hook output priority filter
    udp dport ${port} drop
    tcp dport ${port} ct state new drop
  }
}`;

async function endsToldTo(device: ChromiumDevice): Promise<(string | undefined)[]> {
  const told = /"type":"call-ended","callId":"(\w+)","reason":"([\w-]+)"/g;
  const ends = [...(await device.frames()).join("\n").matchAll(told)];
  return [...new Map(ends.map(([, callId, reason]) => [callId, reason])).values()];
}

test("whoever offers the address of a machine learns nothing, nor with a server that passes it on", async () => {
  test.setTimeout(120_000);
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  for (const { page } of [alice, bob]) {
    await page.addInitScript(keepSocket);
    await page.reload();
  }
  const seen = await capture(people, async () => {
    for (const [hostile, other, { address }] of [
      [alice, bob, net.alice],
      [bob, alice, net.bob],
    ] as const) {
      await callByAudio(alice, bob);
      const offered = await hostCandidate(hostile, address);
      await hostile.page.evaluate((text) => window.callSocket.send(text), JSON.stringify(offered));
      await expect(hostile.page.getByText("The call was stopped.").first()).toBeVisible();
      for (const device of [alice, bob]) await device.press("Close");
      // Our server has kept it from the other.
      expect((await other.frames()).join("\n")).not.toContain(address);

      // As from a server that is none of ours.
      await callByAudio(alice, bob);
      const sequence = Number(await latest(other, "sequence"));
      const message = await hostCandidate(hostile, address);
      const told = { sequence, isDelivery: false, message };
      await other.page.evaluate(
        (data) => void window.callSocket.dispatchEvent(new MessageEvent("message", { data })),
        JSON.stringify(told),
      );
      await expect(other.page.getByText("The call was stopped.").first()).toBeVisible();
      for (const device of [alice, bob]) await device.press("Close");
    }
  });
  expectNobodyFound(people, seen);
});

/** For the call that stands, where one might send to the machine of the hostile side. */
async function hostCandidate(hostile: ChromiumDevice, address: string): Promise<object> {
  const callId = await latest(hostile, "callId");
  const text = `candidate:1 1 udp 2122260223 ${address} 50000 typ host`;
  const candidate = { candidate: text, sdpMid: "0", sdpMLineIndex: 0 };
  return { type: "candidate", callId, round: 0, candidate };
}

/** What a field held when it last crossed the WebSocket, either way. */
async function latest(device: ChromiumDevice, field: string): Promise<string | undefined> {
  const held = new RegExp(`(?<="${field}":"?)\\w+`, "g");
  return (await device.frames()).join("\n").match(held)?.at(-1);
}

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

declare global {
  interface Window {
    callSocket: WebSocket;
  }
}

/** For a page to run before its own scripts: its latest WebSocket is there for the test. */
function keepSocket(): void {
  window.WebSocket = class extends WebSocket {
    constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
      super(...parameters);
      window.callSocket = this;
    }
  };
}
