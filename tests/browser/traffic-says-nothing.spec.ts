import { isDeepStrictEqual } from "node:util";
import { virtualAddressesIn, whereaboutsIn } from "./addresses.ts";
import { type CallingDevice, becomeCallable } from "./calling-device.ts";
import { whyNoFirefox } from "./firefox.ts";
import { giveMicrophone, hear, heardThings } from "./microphone.ts";
import { RelayTap, type SeenPacket } from "./relay-tap.ts";
import { type Make, test as base, expect, skipFor } from "./test.ts";

/** Every packet between a browser and the relay goes by a tap. */
const test = base.extend<{ tap: RelayTap }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
  tap: async ({}, use) => {
    await using tap = await RelayTap.open();
    await use(tap);
  },
  serverOptions: async ({ tap }, use) => {
    await use({ settings: (port) => tap.settings(port) });
  },
});

/** G.722, and Opus as a Firefox and as a Chromium number it. Others try out how much gets through. */
const soundTypes: ReadonlySet<number> = new Set([9, 109, 111]);
/** Two seconds of packets. */
const enough = 100;

for (const [caller, callee] of [
  ["Chromium", "Chromium"],
  ["Firefox", "Chromium"],
  ["Chromium", "Firefox"],
  ["Firefox", "Firefox"],
] as const satisfies readonly (readonly [Make, Make])[]) {
  test(`between a ${caller} and a ${callee}, speech, silence, music and a muted microphone are packets of one size`, async ({
    deviceOf,
    tap,
  }) => {
    if ([caller, callee].some((make) => make === "Firefox")) skipFor(whyNoFirefox());
    const alice = await deviceOf(caller, "alice");
    const bob = await deviceOf(callee, "bob");
    for (const device of [alice, bob]) await giveMicrophone(device);
    await becomeCallable(alice, bob);
    await callAndAnswer(alice, bob);
    for (const heard of heardThings) {
      for (const device of [alice, bob]) await hear(device, heard);
      await expectMorePackets(tap);
    }
    for (const device of [alice, bob]) await device.press("Mute");
    await expectMorePackets(tap);
    for (const all of streamsOf(tap)) {
      const packets = all.filter(({ payloadType }) => soundTypes.has(payloadType));
      const [first] = packets;
      expect(first?.bytes).toBeGreaterThan(80);
      // Two bytes number packets; how loud it is would be one byte (RFC 6464 §3).
      for (const extension of first?.extensions ?? []) expect(extension).toMatch(/^\d+: 2$/);
      expect(packets.filter((packet) => !isDeepStrictEqual(packet, first))).toEqual([]);
    }
  });
}

test("no description of a call, of a restart of ICE or of a new connection holds an address, nor does any other message", async ({
  deviceOf,
  tap,
}) => {
  test.setTimeout(120_000);
  const [alice, bob] = [await deviceOf("Chromium", "alice"), await deviceOf("Chromium", "bob")];
  await becomeCallable(alice, bob);
  await callAndAnswer(alice, bob);
  await expectMorePackets(tap);
  const hasOffered = async (isNewConnection: boolean) => {
    const said = new RegExp(
      `"type":"offer",[^{]*"round":[1-9]\\d*,"isNewConnection":${isNewConnection}`,
    );
    return (await alice.frames()).some((frame) => said.test(frame));
  };
  tap.isCut = true;
  await expect.poll(() => hasOffered(false), { timeout: 20_000 }).toBe(true);
  tap.isCut = false;
  await expect.poll(() => bob.text(), { timeout: 20_000 }).not.toContain("Connection lost");
  await bob.evaluate(async () => location.reload());
  await bob.press("Return to the call");
  await expect.poll(() => hasOffered(true), { timeout: 20_000 }).toBe(true);
  await bob.press("Hang up");
  for (const device of [alice, bob]) {
    const frames = await device.frames();
    expect(whereaboutsIn(frames)).toEqual([]);
    expect(virtualAddressesIn(frames)).not.toEqual([]);
  }
});

async function callAndAnswer(caller: CallingDevice, callee: CallingDevice): Promise<void> {
  await caller.press("Audio call");
  // The first ring of a person asks whether one would rather write.
  await caller.press("Ring now");
  await callee.press("Accept");
}

/** What each socket of a browser sent. */
function streamsOf(tap: RelayTap): SeenPacket[][] {
  return [...tap.sent.values()];
}

/** Both have sent for two seconds more. */
async function expectMorePackets(tap: RelayTap): Promise<void> {
  await expect.poll(() => tap.sent.size, { timeout: 20_000 }).toBe(2);
  const before = streamsOf(tap).map(({ length }) => length);
  const isMore = () =>
    streamsOf(tap).every(({ length }, index) => length >= (before[index] ?? 0) + enough);
  await expect.poll(isMore, { timeout: 20_000 }).toBe(true);
}
