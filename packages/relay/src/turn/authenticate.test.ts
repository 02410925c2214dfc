import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../node/node-crypto.ts";
import { attributeType } from "../stun/attribute.ts";
import { encodeMessage, messageType } from "../stun/message.ts";
import { appendIntegrity } from "../stun/message-integrity.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { errorCodeOf, readMessage, requestedTransport } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

function liveLab(options: ConstructorParameters<typeof Lab>[0] = {}): Lab {
  const lab = new Lab(options);
  lab.live();
  return lab;
}

/** Gives a client a user name of any form, with the right password. */
function renames(client: LabClient, username: string): void {
  const password = createHmac("sha1", "a secret for tests").update(username).digest("base64");
  client.turn.credential = { username, password };
}

function withPassword(client: LabClient, password: string): LabClient {
  client.turn.credential = { ...client.turn.credential, password };
  return client;
}

function renamed(lab: Lab, rest: string, expiry = `${lab.now / 1_000 + 600}`): LabClient {
  const client = lab.client("a");
  renames(client, expiry + rest);
  return client;
}

function ended(lab: Lab): LabClient {
  lab.relay.endCall("call", lab.now);
  lab.live();
  return lab.client("a");
}

function lifetime7200(): { type: number; value: Uint8Array } {
  return { type: attributeType.lifetime, value: Uint8Array.of(0, 0, 0x1c, 0x20) };
}

describe("a stranger", () => {
  test("gets a 401 of at most 60 bytes to an Allocate", () => {
    const client = liveLab().client("a");
    const answer = client.asks(client.turn.allocate([], { isSigned: false }));
    expect(errorCodeOf(answer)).toBe(401);
    expect(answer.length).toBeLessThanOrEqual(60);
  });

  test("gets no answer to any other method, nor to a Binding", () => {
    const client = liveLab().client("a");
    for (let method = 0; method < 0x20; method++) {
      if (method === turnMethod.allocate) continue;
      const request = client.turn.request(method, [], { isSigned: false });
      expect(client.sends(request).type).toBe("drop");
    }
  });

  test("gets no answer to an indication, a success or an error: two servers fall silent", () => {
    const client = liveLab().allocated("a");
    for (const messageClass of ["indication", "success", "error"] as const) {
      for (let method = 0; method < 0x20; method++) {
        const bytes = encodeMessage(messageType(method, messageClass), Buffer.alloc(12), []);
        expect(client.sends(bytes).type).toBe("drop");
      }
    }
  });

  test("gets no answer when FINGERPRINT is wrong", () => {
    const client = liveLab().client("a");
    const request = client.turn.allocate([], { isSigned: false, hasFingerprint: true });
    expect(client.sends(request).type).toBe("send");
    request[request.length - 1] = (request.at(-1) ?? 0) ^ 1;
    expect(client.sends(request)).toEqual({ type: "drop", reason: "malformed" });
  });

  test("is answered at a bounded rate for each source, and from all sources together", () => {
    const lab = liveLab({
      limits: {
        strangerRequestsPerSourceBurst: 5,
        strangerRequestsPerSourcePerSecond: 1,
        strangerRequestsBurst: 12,
        strangerRequestsPerSecond: 2,
      },
    });
    const answered = (address: string, count: number): number => {
      const client = lab.client("a", { address });
      const request = client.turn.allocate([], { isSigned: false });
      let answers = 0;
      for (let i = 0; i < count; i++) if (client.sends(request).type === "send") answers++;
      return answers;
    };
    expect(answered("198.51.100.1", 50)).toBe(5);
    expect(answered("198.51.100.2", 50)).toBe(5);
    expect(answered("198.51.100.3", 50)).toBe(2);
    lab.now += 1_000;
    expect(answered("198.51.100.1", 50)).toBe(1);
    expect(answered("198.51.100.2", 50)).toBe(1);
    expect(answered("198.51.100.3", 50)).toBe(0);
  });
});

describe("RFC 8489 §9.2.4: a credential", () => {
  const refused: [string, (lab: Lab) => LabClient][] = [
    ["with a wrong password", (lab) => withPassword(lab.client("a"), "wrong")],
    ["with an empty password", (lab) => withPassword(lab.client("a"), "")],
    ["that has expired", (lab) => lab.client("a", { expiresAt: lab.now - 1_000 })],
    ["that expires this second", (lab) => lab.client("a", { expiresAt: lab.now })],
    [
      "that lives longer than any should",
      (lab) => lab.client("a", { expiresAt: lab.now + 901_000 }),
    ],
    ["of a call that is not live", (lab) => lab.client("a", { callId: "another" })],
    ["of a call that has ended", (lab) => ended(lab)],
    ["without a device", (lab) => renamed(lab, ":call:a")],
    ["with an empty device", (lab) => renamed(lab, ":call:a:")],
    ["with one field more", (lab) => renamed(lab, ":call:a:a1:x")],
    ["with a colon in its call id", (lab) => renamed(lab, ":ca:ll:a:a1")],
    ["of a third party", (lab) => renamed(lab, ":call:c:a1")],
    ["with a NUL in it", (lab) => renamed(lab, ":call:a:a1\0")],
    ["with a space in it", (lab) => renamed(lab, ":call:a:a 1")],
    ["that is not ASCII", (lab) => renamed(lab, ":call:a:ä")],
    ["of a thousand bytes", (lab) => renamed(lab, `:call:a:${"x".repeat(1_000)}`)],
    ["that is empty", (lab) => renamed(lab, "", "")],
    ["whose expiry is no number", (lab) => renamed(lab, "1e9:call:a:a1", "")],
    ["whose expiry is negative", (lab) => renamed(lab, "-1800000600:call:a:a1", "")],
  ];

  test.each(refused)("%s is nobody's: 401, as for all others", (_, make) => {
    const client = make(liveLab());
    const answer = client.allocate();
    expect(errorCodeOf(answer)).toBe(401);
    expect(answer.length).toBeLessThanOrEqual(60);
    expect(client.lab.relay.allocations()).toBe(0);
    expect(client.sends(client.turn.refresh()).type).toBe("drop");
  });

  test("of the form that the refused ones have, but right, is somebody's", () => {
    const client = renamed(liveLab(), ":call:a:a1");
    expect(errorCodeOf(client.allocate())).toBe(0);
  });

  test("without USERNAME, REALM or NONCE is nobody's", () => {
    const client = liveLab().client("a");
    client.challenge();
    const all = [
      { type: attributeType.username, value: Buffer.from(client.turn.credential.username) },
      { type: attributeType.realm, value: client.turn.realm },
      { type: attributeType.nonce, value: client.turn.nonce },
    ];
    const signed = (attributes: typeof all): Uint8Array =>
      appendIntegrity(
        nodeCrypto,
        encodeMessage(messageType(turnMethod.allocate, "request"), client.turn.transactionId(), [
          requestedTransport,
          ...attributes,
        ]),
        client.turn.key(),
      );
    for (const missing of all) {
      expect(client.code(signed(all.filter((attribute) => attribute !== missing)))).toBe(401);
    }
    expect(client.code(signed(all))).toBe(0);
  });

  test("RFC 8489 §14.5: is nobody's when the length did not count the integrity", () => {
    const client = liveLab().client("a");
    client.challenge();
    const request = Buffer.from(client.turn.allocate());
    const { integrityOffset = 0 } = readMessage(request);
    const covered = Buffer.from(request.subarray(0, integrityOffset));
    covered.writeUInt16BE(integrityOffset - 20, 2);
    request.set(nodeCrypto.hmacSha1(client.turn.key(), covered), integrityOffset + 4);
    expect(client.code(request)).toBe(401);
  });

  test("RFC 8489 §14.5: is somebody's when FINGERPRINT follows the integrity", () => {
    const client = liveLab().client("a");
    client.challenge();
    expect(client.code(client.turn.allocate([], { hasFingerprint: true }))).toBe(0);
  });

  test("441 when it is another one than the allocation was made with", () => {
    const lab = liveLab();
    const client = lab.allocated("a");
    client.turn.credential = lab.client("b").turn.credential;
    const answer = client.asks(client.turn.refresh());
    expect(errorCodeOf(answer)).toBe(441);
    expect(client.turn.trusts(answer)).toBe(true);
    expect(lab.relay.allocations()).toBe(1);
  });

  test("437 when its five-tuple has no allocation", () => {
    const client = liveLab().client("a");
    client.challenge();
    expect(client.code(client.turn.refresh())).toBe(437);
    expect(client.code(client.turn.refresh(0))).toBe(437);
  });

  test("of a live allocation stays good long after it has expired", () => {
    const lab = liveLab();
    const client = lab.allocated("a");
    for (let minutes = 0; minutes < 35; minutes += 5) {
      lab.now += 5 * 60_000;
      expect(client.code(client.turn.refresh())).toBe(0);
    }
    // But nothing new can be made of it.
    expect(errorCodeOf(lab.client("a", { expiresAt: lab.now - 1 }).allocate())).toBe(401);
  });
});

describe("RFC 8489 §9.2.4: a nonce", () => {
  test("from another five-tuple is stale: 438", () => {
    const lab = liveLab();
    const [thief, owner] = [lab.client("a"), lab.client("a")];
    owner.challenge();
    thief.turn.realm = owner.turn.realm;
    thief.turn.nonce = owner.turn.nonce;
    const answer = thief.asks(thief.turn.allocate());
    expect(errorCodeOf(answer)).toBe(438);
    expect(answer.length).toBeLessThanOrEqual(60);
    thief.turn.takeChallenge(answer);
    expect(thief.code(thief.turn.allocate())).toBe(0);
  });

  test("that is too old is stale, also for the owner of an allocation, who gets a new one", () => {
    const lab = liveLab({ limits: { allocationLifetimeMsMax: 7_200_000 } });
    const client = lab.client("a");
    client.challenge();
    client.asks(client.turn.allocate([lifetime7200()]));
    lab.now += 60 * 60_000;
    const answer = client.asks(client.turn.refresh());
    expect(errorCodeOf(answer)).toBe(438);
    client.turn.takeChallenge(answer);
    expect(client.code(client.turn.refresh())).toBe(0);
  });

  test("that is too old draws no answer from a live five-tuple when the password is wrong", () => {
    const client = liveLab().allocated("a");
    client.turn.nonce = Buffer.from("00000000000000000000");
    expect(client.code(client.turn.refresh())).toBe(438);
    client.turn.credential = { ...client.turn.credential, password: "wrong" };
    expect(client.sends(client.turn.refresh()).type).toBe("drop");
  });

  test.each(["", "x", "zzzzzzzAAAAAAAAAAAAA", "00000000000000000000", "-000001AAAAAAAAAAAAA"])(
    "%j was never given out: 438",
    (nonce) => {
      const client = liveLab().client("a");
      client.challenge();
      client.turn.nonce = Buffer.from(nonce);
      expect(client.code(client.turn.allocate())).toBe(438);
    },
  );

  test("of one relay is stale at the next: nothing outlives it", () => {
    const client = liveLab().client("a");
    client.challenge();
    const next = liveLab().client("a");
    next.turn.realm = client.turn.realm;
    next.turn.nonce = client.turn.nonce;
    expect(next.code(next.turn.allocate())).toBe(438);
  });
});
