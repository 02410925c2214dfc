import {
  base64url,
  beginChain,
  type DeviceSigner,
  removeDevice,
  type SignedStatement,
  statementToAdd,
} from "@ringfence/e2ee";
import { type DeviceChain, Handle } from "@ringfence/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { memoryVaults } from "../headless/memory-vault.ts";
import { Source } from "../observable.ts";
import type { RememberedPerson } from "./identity.ts";
import { PeopleMemory } from "./people-memory.ts";
import { readChain } from "./read-chain.ts";
import { makeIdentity, randomBytes, signerOf } from "./web-crypto.ts";

const bob = Handle.parse("bob");
const device = async () => signerOf(await makeIdentity());
const [phone, laptop, ghost] = await Promise.all([device(), device(), device()]);

function inWords({ statement, signatures }: SignedStatement): DeviceChain[number] {
  return { statement: base64url(statement), signatures: signatures.map(base64url) };
}

async function read(chain: DeviceChain) {
  const checked = await readChain(bob, chain);
  if (checked.outcome === "invalid") throw new Error(checked.fault);
  return checked.chain;
}

async function begin(by: DeviceSigner): Promise<DeviceChain> {
  return [inWords(await beginChain(bob, by, randomBytes(16)))];
}

async function link(chain: DeviceChain, by: DeviceSigner, added: DeviceSigner) {
  const statement = statementToAdd(await read(chain), by.publicKey, added.publicKey);
  const signatures = [await by.sign(statement), await added.sign(statement)];
  return [...chain, inWords({ statement, signatures })];
}

async function unlink(chain: DeviceChain, by: DeviceSigner, removed: DeviceSigner) {
  return [...chain, inWords(await removeDevice(await read(chain), by, removed.publicKey))];
}

const first = await begin(phone);
const linked = await link(first, phone, laptop);
const removed = await unlink(linked, phone, laptop);
const forked = await link(first, phone, ghost);
const anew = await begin(laptop);

let now = 1;
let people: Source<readonly RememberedPerson[]>;
let memory: PeopleMemory;

beforeEach(() => {
  now = 1;
  people = new Source<readonly RememberedPerson[]>([]);
  memory = new PeopleMemory(memoryVaults()("account"), people, () => now);
});

const verdictOn = async (chain: DeviceChain, by: DeviceSigner) =>
  (await memory.judge(bob, chain, by.publicKey)).verdict;

describe("somebody who was met", () => {
  beforeEach(() => memory.remember(bob, linked, phone.publicKey));

  test.each([
    ["by the device that was met", linked, phone, "known"],
    ["by another device of the same chain", linked, laptop, "known"],
    ["by a device that no device signed for", linked, ghost, "changed"],
    ["by a device that was taken out since", removed, laptop, "changed"],
    ["with a chain that keeps a line back", first, phone, "refused"],
    ["with a chain that went another way", forked, phone, "refused"],
    [
      "with a line taken out of the middle",
      [...linked, ...removed.slice(-1)].toSpliced(1, 1),
      phone,
      "refused",
    ],
    ["with two lines changed about", linked.toReversed(), phone, "refused"],
    ["with no chain", [], phone, "refused"],
    ["with words that are no statement", [{ statement: "A", signatures: ["A"] }], phone, "refused"],
    ["with a chain that began anew", anew, laptop, "changed"],
  ] satisfies [string, DeviceChain, DeviceSigner, string][])(
    "is judged when calling %s",
    async (_, chain, by, verdict) => {
      expect(await verdictOn(chain, by)).toBe(verdict);
    },
  );

  test("is remembered by the longest chain that was seen", async () => {
    await memory.remember(bob, removed, phone.publicKey);
    expect(await verdictOn(linked, phone)).toBe("refused");
    await memory.remember(bob, linked, phone.publicKey);
    expect(await verdictOn(removed, phone)).toBe("known");
  });

  test("is not known by a chain that began anew until it was compared", async () => {
    await memory.remember(bob, anew, laptop.publicKey);
    expect(await verdictOn(anew, laptop)).toBe("changed");
    await memory.markCompared(bob, anew, laptop.publicKey);
    expect(await memory.judge(bob, anew, laptop.publicKey)).toEqual({
      verdict: "known",
      comparison: "compared",
    });
  });

  test("is a stranger again when forgotten", async () => {
    await memory.forget(bob);
    expect(await verdictOn(anew, laptop)).toBe("first-contact");
    expect(people.get()).toEqual([]);
  });
});

describe("somebody who was compared", () => {
  beforeEach(async () => {
    await memory.remember(bob, first, phone.publicKey);
    now = 2;
    await memory.markCompared(bob, first, phone.publicKey);
  });

  test("is known by what the compared device signed for", async () => {
    expect(await memory.judge(bob, linked, laptop.publicKey)).toEqual({
      verdict: "known",
      comparison: "linked-to-compared",
    });
  });

  test("has changed after comparing when another chain is shown", async () => {
    expect(await verdictOn(anew, laptop)).toBe("changed-after-comparing");
  });

  test("is shown with both times, also when compared again", async () => {
    expect(people.get()).toEqual([{ handle: bob, metAt: 1, comparedAt: 2 }]);
    now = 3;
    await memory.markCompared(bob, anew, laptop.publicKey);
    expect(people.get()).toEqual([{ handle: bob, metAt: 1, comparedAt: 3 }]);
  });
});

test("nothing is kept of a device that is not linked, whatever two people compared", async () => {
  await memory.markCompared(bob, first, ghost.publicKey);
  await memory.remember(bob, first, ghost.publicKey);
  expect(people.get()).toEqual([]);
});

test("the chain of somebody else is refused under this name", async () => {
  expect(await memory.judge(Handle.parse("carol"), first, phone.publicKey)).toMatchObject({
    verdict: "refused",
    fault: { type: "chain", fault: "wrong-account" },
  });
});
