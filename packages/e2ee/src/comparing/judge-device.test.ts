import { expect, test } from "vitest";
import type { Bytes } from "../bytes.ts";
import { rememberChain } from "../devices/chain-memory.ts";
import type { DeviceChain, ReadChain } from "../devices/device-chain.ts";
import { filled } from "../test/web-crypto.ts";
import { type IdentityVerdict, judgeDevice, type PersonMemory } from "./judge-device.ts";

const [phone, laptop, tablet, ghost] = [1, 2, 3, 4].map((value) => filled(32, value)) as [
  Bytes,
  Bytes,
  Bytes,
  Bytes,
];

/** Whose statements hash to bytes of these values. */
function chainOf(
  hashes: number[],
  devices: Bytes[],
  additions: [Bytes, Bytes][] = [],
): DeviceChain {
  return {
    account: "a",
    hashes: hashes.map((value) => filled(32, value)),
    devices,
    additions: additions.map(([by, device]) => ({ by, device })),
  };
}

const seen = chainOf([11], [phone]);
const linked = chainOf([11, 12], [phone, laptop], [[phone, laptop]]);
const twice = chainOf(
  [11, 12, 13, 14],
  [laptop, tablet],
  [
    [phone, laptop],
    [laptop, tablet],
  ],
);
const reset = chainOf([21], [laptop]);
const forked = chainOf([11, 19], [phone, ghost], [[phone, ghost]]);

const met: PersonMemory = { chain: rememberChain(seen), comparedDevices: [] };
const metBoth: PersonMemory = { chain: rememberChain(linked), comparedDevices: [] };
const compared: PersonMemory = { chain: rememberChain(seen), comparedDevices: [phone] };
const valid = (chain: DeviceChain): ReadChain => ({ outcome: "valid", chain });

const cases: [string, PersonMemory | null, ReadChain, Bytes, IdentityVerdict][] = [
  ["a person never called", null, valid(linked), laptop, { verdict: "first-contact" }],
  [
    "a person never called, by a device that is not theirs",
    null,
    valid(linked),
    ghost,
    { verdict: "changed", change: "not-linked" },
  ],
  [
    "a person met before",
    met,
    valid(seen),
    phone,
    { verdict: "known", comparison: "not-compared" },
  ],
  [
    "a new device that a known one signed for",
    met,
    valid(linked),
    laptop,
    { verdict: "known", comparison: "not-compared" },
  ],
  [
    "a compared device",
    compared,
    valid(linked),
    phone,
    { verdict: "known", comparison: "compared" },
  ],
  [
    "a device that a compared one signed for",
    compared,
    valid(linked),
    laptop,
    { verdict: "known", comparison: "linked-to-compared" },
  ],
  [
    "a device two steps from a compared one that has left",
    compared,
    valid(twice),
    tablet,
    { verdict: "known", comparison: "linked-to-compared" },
  ],
  [
    "a device that nobody signed for",
    met,
    valid(seen),
    ghost,
    { verdict: "changed", change: "not-linked" },
  ],
  [
    "a device that nobody signed for, after comparing",
    compared,
    valid(seen),
    ghost,
    { verdict: "changed-after-comparing", change: "not-linked" },
  ],
  [
    "a chain that began anew",
    met,
    valid(reset),
    laptop,
    { verdict: "changed", change: "another-chain" },
  ],
  [
    "a chain that began anew, after comparing",
    compared,
    valid(reset),
    laptop,
    { verdict: "changed-after-comparing", change: "another-chain" },
  ],
  [
    "a chain that keeps a line back",
    metBoth,
    valid(seen),
    phone,
    { verdict: "refused", fault: { type: "shorter" } },
  ],
  [
    "a chain that left the one that was seen",
    metBoth,
    valid(forked),
    ghost,
    { verdict: "refused", fault: { type: "forked" } },
  ],
  [
    "a chain that is broken",
    null,
    { outcome: "invalid", fault: "wrong-signature", at: 1 },
    phone,
    { verdict: "refused", fault: { type: "chain", fault: "wrong-signature" } },
  ],
];

test.each(cases)("%s", (_, memory, read, device, verdict) => {
  expect(judgeDevice(memory, read, device)).toEqual(verdict);
});
