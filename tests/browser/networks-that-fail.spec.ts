import type { LinkedHost } from "../network/laboratory.ts";
import { whyNoLaboratory } from "../network/why-no-two-homes.ts";
import { type ChromiumDevice, callByAudio } from "./calling-device.ts";
import { twoPeopleInLaboratory } from "./people-at-home.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

test.beforeAll(async () => skipFor(await whyNoLaboratory()));

/** Two seconds of sound. */
const packetsOfSound = 100;
/** How soon they are to hear each other again is for `npm run bench:faults` to say. */
const timeout = 30_000;

const faults: readonly {
  what: string;
  inflict: (link: LinkedHost) => Promise<void>;
  at: "caller" | "callee";
}[] = [
  { what: "another address", at: "caller", inflict: (link) => link.changeAddress() },
  { what: "another address", at: "callee", inflict: (link) => link.changeAddress() },
  { what: "4 s without a network", at: "caller", inflict: (link) => link.cutFor(4_000) },
  { what: "12 s without a network", at: "callee", inflict: (link) => link.cutFor(12_000) },
];

for (const { what, inflict, at } of faults) {
  test(`a call over UDP outlives ${what} of its ${at}`, async () => {
    test.setTimeout(150_000);
    await using people = await twoPeopleInLaboratory({ oneWayMs: 50 });
    const { net, alice, bob } = people;
    await callByAudio(alice, bob);
    for (const device of [alice, bob]) {
      expect(await mediaFiguresOf(device)).toMatchObject({ relayProtocol: "udp" });
    }
    await inflict(at === "caller" ? net.alice : net.bob);
    await Promise.all([alice, bob].map(expectToHearMore));
    for (const { page } of [alice, bob]) {
      await expect(page.getByRole("timer")).toBeVisible({ timeout });
    }
  });
}

async function expectToHearMore(device: ChromiumDevice): Promise<void> {
  const packets = async () => (await mediaFiguresOf(device)).audioPacketsReceived;
  const enough = (await packets()) + packetsOfSound;
  await expect
    .poll(packets, { message: `what ${device.handle} hears`, timeout })
    .toBeGreaterThan(enough);
}
