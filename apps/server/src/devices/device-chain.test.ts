import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { identityKeyProof, limits, type Me, type OwnDevices } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  type Browser,
  dumpOf,
  password,
  type Person,
  type ServerUnderTest,
  startServer,
} from "../http/server-under-test.ts";
import { serverLimits } from "../limits.ts";
import { allowNewChain, chainOf } from "./device-chain.ts";

const path = "/api/devices/chain";
const keyPairs = new Map<string, { identityKey: string; privateKey: KeyObject }>();
const keyOf = (letter: string) => keyPairOf(letter).identityKey;
const signature = "s".repeat(limits.signatureCharactersMax);
/** What a statement says is none of the server's business: any bytes do. */
const statementOf = (text: string) => ({ statement: text, signatures: [signature] });

interface Words {
  generation?: number;
  position: number;
  text?: string;
  links?: string | null;
  unlinks?: string | null;
}

function append(by: Browser, { generation = 1, position, text = "x", ...which }: Words) {
  const statement = statementOf(text);
  const body = { generation, position, statement, links: null, unlinks: null, ...which };
  return by.send("POST", path, body);
}

/** The same key for the same letter. */
function keyPairOf(letter: string) {
  const known = keyPairs.get(letter);
  if (known !== undefined) return known;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const made = { identityKey: publicKey.export({ format: "jwk" }).x ?? "", privateKey };
  keyPairs.set(letter, made);
  return made;
}

/** @param signedBy another letter: whoever does not have the key */
async function putKey(
  by: Browser,
  letter: string,
  linkSignatures: object[] = [],
  signedBy = letter,
): Promise<Answer> {
  const proof = await proofOf(by, signedBy);
  return by.send("PUT", "/api/devices/key", { identityKey: keyOf(letter), proof, linkSignatures });
}

async function proofOf(by: Browser, letter: string): Promise<string> {
  const me = (await by.send("GET", "/api/me")).body as Me;
  const text = Buffer.from(identityKeyProof(me.id, me.deviceId));
  return sign(null, text, keyPairOf(letter).privateKey).toString("base64url");
}

async function shown(to: Browser): Promise<OwnDevices> {
  return (await to.send("GET", path)).body as OwnDevices;
}

function beginAnew(by: Browser, proof: object | null, generation = 2): Promise<Answer> {
  const body = { proof, generation, statement: statementOf("anew"), links: keyOf("b") };
  return by.send("POST", `${path}/anew`, body);
}

/** A person whose first device began the chain with key `a`. */
async function begun(server: ServerUnderTest): Promise<Person> {
  const alice = await server.signUp("alice");
  await putKey(alice, "a");
  expect(await append(alice, { position: 0, text: "begin", links: keyOf("a") })).toMatchObject({
    status: 204,
  });
  return alice;
}

async function secondDevice(server: ServerUnderTest, letter: string): Promise<Browser> {
  const browser = server.browser();
  await browser.send("POST", "/api/login", { handle: "alice", password });
  await putKey(browser, letter);
  return browser;
}

describe("a chain of devices", () => {
  test("is begun once, where no device that is signed in is linked", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    expect(await shown(alice)).toMatchObject({ generation: 0, chain: [], mayBegin: true });
    await putKey(alice, "a");
    await append(alice, { position: 0, text: "begin", links: keyOf("a") });
    expect(await shown(alice)).toMatchObject({
      generation: 1,
      chain: [statementOf("begin")],
      mayBegin: false,
      devices: [{ identityKey: keyOf("a"), isLinked: true, isThisOne: true }],
    });
    for (const generation of [1, 2]) {
      const again = await append(alice, { generation, position: 0, text: "other" });
      expect(again).toMatchObject({ status: 409, body: { code: "chain-moved" } });
    }
  });

  test("takes one of two statements that are appended at once", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const other = await secondDevice(server, "b");
    await append(alice, { position: 1, links: keyOf("b") });
    const answers = await Promise.all([
      append(alice, { position: 2, text: "one" }),
      append(other, { position: 2, text: "two" }),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]));
    expect((await shown(alice)).chain).toHaveLength(3);
  });

  test.each([
    ["another length", { position: 2 }],
    ["another generation", { generation: 2, position: 1 }],
    ["its beginning again", { position: 0 }],
  ])("takes no statement for %s, and changes nothing", async (_, words) => {
    await using server = await startServer();
    const alice = await begun(server);
    const before = await dumpOf(server);
    expect(await append(alice, words)).toMatchObject({
      status: 409,
      body: { code: "chain-moved" },
    });
    expect(await dumpOf(server)).toEqual(before);
  });

  test("takes no statement of a device that is not linked", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const stranger = await secondDevice(server, "b");
    expect(await append(stranger, { position: 1, links: keyOf("b") })).toMatchObject({
      status: 403,
      body: { code: "not-linked" },
    });
    expect((await shown(alice)).chain).toHaveLength(1);
  });

  test("has as many statements as a device reads", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    await server.store.write(async ({ db }) => {
      for (let position = 1; position < limits.deviceStatementsMax; position++) {
        const row = { account_id: alice.me.id, position, statement: "x", signatures: "[]" };
        await db.insertInto("device_statement").values(row).execute();
      }
    });
    expect(await append(alice, { position: limits.deviceStatementsMax })).toMatchObject({
      status: 409,
      body: { code: "list-full" },
    });
  });

  test("is begun anew by a device that is left without a linked one", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const other = await secondDevice(server, "b");
    await alice.send("DELETE", "/api/login");
    expect((await shown(other)).mayBegin).toBe(true);
    const next = { generation: 2, position: 0, text: "anew", links: keyOf("b") };
    expect(await append(other, next)).toMatchObject({ status: 204 });
    expect(await shown(other)).toMatchObject({ generation: 2, chain: [statementOf("anew")] });
  });

  test("is begun anew by a device that lost its key", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    expect(await putKey(alice, "z")).toMatchObject({ status: 200, body: { mayBegin: true } });
    expect((await shown(alice)).devices).toMatchObject([{ isLinked: false }]);
  });

  test("still has a device that signs in again with the key that it had", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    await alice.send("DELETE", "/api/login");
    const again = await secondDevice(server, "a");
    expect(await shown(again)).toMatchObject({ mayBegin: false, devices: [{ isLinked: true }] });
  });

  test("may be begun anew after a reset, and stands until then", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    await server.store.write((write) => allowNewChain(write, alice.me.id));
    expect(await shown(alice)).toMatchObject({ mayBegin: true, chain: [statementOf("begin")] });
  });

  test("is begun anew by its owner although a linked device is signed in, which is told", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const other = await secondDevice(server, "b");
    alice.told.length = 0;
    expect(await beginAnew(other, null)).toMatchObject({ status: 204 });
    expect(await shown(alice)).toMatchObject({ generation: 2, chain: [statementOf("anew")] });
    const linked = (await shown(alice)).devices.map(({ isThisOne, isLinked }) => [
      isThisOne,
      isLinked,
    ]);
    expect(new Set(linked)).toEqual(
      new Set([
        [true, false],
        [false, true],
      ]),
    );
    expect(alice.told).toEqual([{ type: "devices-changed" }]);
  });

  test("is begun anew by nobody who only has a device that signed in a while ago", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    server.clock.now += serverLimits.freshLoginMs;
    const before = await dumpOf(server);
    for (const [proof, code] of [
      [null, "proof-needed"],
      [{ type: "password", password: "a guess that is wrong" }, "wrong-password"],
    ] as const) {
      expect(await beginAnew(alice, proof)).toMatchObject({ status: 403, body: { code } });
    }
    expect(await dumpOf(server)).toEqual(before);
    const right = await beginAnew(alice, { type: "password", password }, 1);
    expect(right).toMatchObject({ status: 409, body: { code: "chain-moved" } });
    expect(await beginAnew(alice, { type: "password", password })).toMatchObject({ status: 204 });
  });

  test("goes with the account", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    await alice.send("POST", "/api/accounts/me/delete", { proof: { type: "password", password } });
    expect(await chainOf(server.store.db, alice.me.id)).toEqual([]);
    const left = Object.entries(await dumpOf(server)).filter(
      ([table, rows]) => /device|linked/.test(table) && rows.length > 0,
    );
    expect(left).toEqual([]);
  });
});

describe("a device", () => {
  test("that asks to be linked is shown with what it signed, and the others hear of it", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const other = await secondDevice(server, "b");
    alice.told.length = 0;
    const linkSignatures = [{ by: keyOf("a"), signature }];
    await putKey(other, "b", linkSignatures);
    expect(alice.told).toEqual([{ type: "devices-changed" }]);
    const { devices } = await shown(alice);
    expect(devices.find(({ isThisOne }) => !isThisOne)).toMatchObject({
      identityKey: keyOf("b"),
      isLinked: false,
      linkSignatures,
    });
  });

  test("is not taken for another by whoever knows no more than its key and the password", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const thief = await secondDevice(server, "t");
    const before = await dumpOf(server);
    const replayed = { identityKey: keyOf("a"), linkSignatures: [] };
    for (const answer of [
      await putKey(thief, "a", [], "t"),
      await thief.send("PUT", "/api/devices/key", {
        ...replayed,
        proof: await proofOf(alice, "a"),
      }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field: "proof" } });
    }
    expect(await dumpOf(server)).toEqual(before);
    expect(await append(thief, { position: 1, text: "spoiled" })).toMatchObject({
      body: { code: "not-linked" },
    });
  });

  test("that a statement takes out is signed out with it, itself too", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const other = await secondDevice(server, "b");
    await append(alice, { position: 1, links: keyOf("b") });
    await append(alice, { position: 2, unlinks: keyOf("b") });
    expect(await other.send("GET", "/api/me")).toMatchObject({ status: 401 });
    expect((await shown(alice)).devices).toHaveLength(1);
    const left = await append(alice, { position: 3, unlinks: keyOf("a") });
    expect(left.headers.get("set-cookie")).toMatch(/^ringfence-login=;/);
    expect(alice.cookie).toBeUndefined();
    expect(server.closedDevices).toHaveLength(2);
  });

  test("of another account is out of reach", async () => {
    await using server = await startServer();
    const alice = await begun(server);
    const mallory = await server.signUp("mallory");
    await putKey(mallory, "a");
    expect(await append(mallory, { position: 1, unlinks: keyOf("a") })).toMatchObject({
      status: 409,
    });
    await append(mallory, { position: 0, text: "of mallory", unlinks: keyOf("a") });
    expect(await alice.send("GET", "/api/me")).toMatchObject({ status: 200 });
    expect(await shown(alice)).toMatchObject({ chain: [statementOf("begin")], mayBegin: false });
  });

  test.each([
    ["a key that is too short", { identityKey: "abc", linkSignatures: [] }],
    ["words that are no base64url", { identityKey: "+".repeat(43), linkSignatures: [] }],
    [
      "more signatures than there are linked devices",
      {
        identityKey: keyOf("a"),
        linkSignatures: Array.from({ length: limits.linkedDevicesMax + 1 }, () => ({
          by: keyOf("a"),
          signature,
        })),
      },
    ],
  ])("says no %s", async (_, asked) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const body = { proof: await proofOf(alice, "a"), ...asked };
    expect(await alice.send("PUT", "/api/devices/key", body)).toMatchObject({
      status: 400,
      body: { code: "malformed" },
    });
  });
});
