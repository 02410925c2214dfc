import { expect, test } from "vitest";
import { concatBytes } from "../bytes.ts";
import { endToEndLimits } from "../limits.ts";
import { filled, flipped, makeDevice, webCrypto } from "../test/web-crypto.ts";
import { type DeviceChain, readDeviceChain } from "./device-chain.ts";
import { beginChain, removeDevice, statementToAdd } from "./sign-statement.ts";
import { encodeStatement, type SignedStatement } from "./statement.ts";

const account = "01jd0000000000000000000001";
const nonce = filled(16, 7);
const [phone, laptop, tablet, stranger] = await Promise.all([
  makeDevice(),
  makeDevice(),
  makeDevice(),
  makeDevice(),
]);

async function readValid(statements: readonly SignedStatement[]): Promise<DeviceChain> {
  const read = await readDeviceChain(webCrypto, account, statements);
  if (read.outcome === "invalid") throw new Error(`${read.fault} at ${read.at}`);
  return read.chain;
}

async function link(
  statements: readonly SignedStatement[],
  by: typeof phone,
  device: typeof phone,
) {
  const statement = statementToAdd(await readValid(statements), by.publicKey, device.publicKey);
  const signatures = [await by.sign(statement), await device.sign(statement)];
  return [...statements, { statement, signatures }];
}

async function unlink(
  statements: readonly SignedStatement[],
  by: typeof phone,
  device: typeof phone,
) {
  return [...statements, await removeDevice(await readValid(statements), by, device.publicKey)];
}

const begun = [await beginChain(account, phone, nonce)];
const linked = await link(begun, phone, laptop);
const three = await link(linked, laptop, tablet);
const two = await unlink(three, tablet, phone);

test("a chain says which devices are an account's", async () => {
  expect((await readValid(begun)).devices).toEqual([phone.publicKey]);
  expect((await readValid(three)).devices).toEqual(
    [phone, laptop, tablet].map(({ publicKey }) => publicKey),
  );
  expect((await readValid(two)).devices).toEqual([laptop.publicKey, tablet.publicKey]);
});

test("a device takes itself out, and one that left can come back", async () => {
  const gone = await unlink(two, laptop, laptop);
  expect((await readValid(gone)).devices).toEqual([tablet.publicKey]);
  const back = await link(gone, tablet, laptop);
  expect((await readValid(back)).devices).toEqual([tablet.publicKey, laptop.publicKey]);
});

const [first, second, third, fourth] = two as [
  SignedStatement,
  SignedStatement,
  SignedStatement,
  SignedStatement,
];
const strangerAdded = statementToAdd(await readValid(begun), stranger.publicKey, laptop.publicKey);
const addedTwice = statementToAdd(await readValid(linked), phone.publicKey, laptop.publicKey);
const removedStranger = await removeDevice(await readValid(linked), phone, stranger.publicKey);
const removedByGone = encodeStatement({
  type: "remove",
  account: account,
  previous: (await readValid(two)).hashes.at(-1) ?? nonce,
  device: laptop.publicKey,
  by: phone.publicKey,
});

const broken: [string, readonly SignedStatement[], string][] = [
  ["with nothing in it", [], "empty"],
  ["without its beginning", [second, third], "wrong-previous"],
  ["with a line taken out", [first, third, fourth], "wrong-previous"],
  ["with two lines changed about", [first, third, second], "wrong-previous"],
  ["with a line twice", [first, second, second], "wrong-previous"],
  ["with a second beginning", [first, first], "wrong-previous"],
  [
    "with a device that a stranger added",
    [
      first,
      {
        statement: strangerAdded,
        signatures: [await stranger.sign(strangerAdded), await laptop.sign(strangerAdded)],
      },
    ],
    "wrong-signer",
  ],
  [
    "with a device that did not sign for itself",
    [first, { ...second, signatures: second.signatures.slice(0, 1) }],
    "wrong-signature",
  ],
  [
    "with the two signatures changed about",
    [first, { ...second, signatures: second.signatures.toReversed() }],
    "wrong-signature",
  ],
  [
    "with a device that is in it already",
    [
      first,
      second,
      {
        statement: addedTwice,
        signatures: [await phone.sign(addedTwice), await laptop.sign(addedTwice)],
      },
    ],
    "wrong-device",
  ],
  [
    "with a removal of a device that is not in it",
    [first, second, removedStranger],
    "wrong-device",
  ],
  [
    "with a removal by a device that has left",
    [...two, { statement: removedByGone, signatures: [await phone.sign(removedByGone)] }],
    "wrong-signer",
  ],
  [
    "with bytes behind a line",
    [{ ...first, statement: concatBytes(first.statement, filled(1, 0)) }],
    "malformed",
  ],
  ["of another kind of bytes", [{ statement: filled(40, 1), signatures: [] }], "malformed"],
];

test.each(broken)("a chain %s is refused", async (_, statements, fault) => {
  expect(await readDeviceChain(webCrypto, account, statements)).toMatchObject({
    outcome: "invalid",
    fault,
  });
});

test("another account's chain is refused", async () => {
  const other = "01jd0000000000000000000002";
  expect(await readDeviceChain(webCrypto, other, begun)).toMatchObject({ fault: "wrong-account" });
});

test("a chain in which any bit of any line was changed is refused", async () => {
  for (const [at, { statement, signatures }] of linked.entries()) {
    for (let bit = 0; bit < statement.length * 8; bit += 5) {
      const changed = { statement: flipped(statement, bit), signatures };
      const read = await readDeviceChain(webCrypto, account, linked.with(at, changed));
      expect(read.outcome).toBe("invalid");
    }
  }
});

test("a chain is read up to its longest, and its account has so many devices at most", async () => {
  const long = Array.from({ length: endToEndLimits.chainStatementsMax + 1 }, () => first);
  expect(await readDeviceChain(webCrypto, account, long)).toMatchObject({ fault: "too-long" });

  let statements: SignedStatement[] = begun;
  for (let count = 1; count < endToEndLimits.chainDevicesMax; count++) {
    statements = await link(statements, phone, await makeDevice());
  }
  const statement = statementToAdd(await readValid(statements), phone.publicKey, laptop.publicKey);
  const signatures = [await phone.sign(statement), await laptop.sign(statement)];
  const read = await readDeviceChain(webCrypto, account, [
    ...statements,
    { statement, signatures },
  ]);
  expect(read).toMatchObject({ fault: "too-many-devices" });
});
