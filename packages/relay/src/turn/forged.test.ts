import { describe, expect, test, vi } from "vitest";
import { nodeCrypto } from "../node/node-crypto.ts";
import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { encodeMessage, messageType } from "../stun/message.ts";
import { appendIntegrity, longTermKey } from "../stun/message-integrity.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import {
  errorCodeOf,
  lifetimeAttribute,
  readMessage,
  requestedTransport,
} from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

vi.setConfig({ testTimeout: 60_000 });

function challenged(): { readonly lab: Lab; readonly client: LabClient } {
  const lab = new Lab({ limits: { strangerRequestsPerSourceBurst: 1e9 } });
  lab.live();
  const client = lab.client("a");
  client.challenge();
  return { lab, client };
}

/** A signed Allocate with a user name of any bytes, and the password that belongs to it. */
function allocateAs(client: LabClient, username: Uint8Array): Uint8Array {
  const secret = Buffer.from("a secret for tests");
  const password = Buffer.from(nodeCrypto.hmacSha1(secret, username)).toString("base64");
  const { realm, nonce } = client.turn;
  const attributes = [
    requestedTransport,
    { type: attributeType.username, value: username },
    { type: attributeType.realm, value: realm },
    { type: attributeType.nonce, value: nonce },
  ];
  const type = messageType(turnMethod.allocate, "request");
  const bytes = encodeMessage(type, client.turn.transactionId(), attributes);
  return appendIntegrity(
    nodeCrypto,
    bytes,
    longTermKey(nodeCrypto, username, realm, Buffer.from(password)),
  );
}

/** A message with an attribute behind what it ends with, and the length of both. */
function withBehind(bytes: Uint8Array, attribute: StunAttribute): Buffer {
  const behind = encodeMessage(0, Buffer.alloc(12), [attribute]).subarray(20);
  const whole = Buffer.concat([bytes, behind]);
  whole.writeUInt16BE(whole.length - 20, 2);
  return whole;
}

describe("a request that was not made as it stands", () => {
  test("with any bit of it turned, allocates nothing", () => {
    const { lab, client } = challenged();
    const request = client.turn.allocate();
    const codes = new Set<number>();
    for (let bit = 0; bit < request.length * 8; bit++) {
      const damaged = Uint8Array.from(request);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const action = client.sends(damaged);
      if (action.type === "send") codes.add(errorCodeOf(action.bytes));
    }
    expect(codes).toEqual(new Set([401, 438]));
    expect(lab.relay.allocations()).toBe(0);
    expect(client.code(request)).toBe(0);
  });

  test("RFC 8489 §14.5: with an integrity that is cut short is nobody's", () => {
    const { client } = challenged();
    const request = Buffer.from(client.turn.allocate());
    const { integrityOffset = 0 } = readMessage(request);
    for (const length of [0, 4, 16]) {
      const short = Buffer.from(request.subarray(0, integrityOffset + 4 + length));
      short.writeUInt16BE(length, integrityOffset + 2);
      short.writeUInt16BE(short.length - 20, 2);
      expect(client.code(short)).toBe(401);
    }
  });

  test("RFC 8489 §14.5: with attributes behind its integrity is taken without them", () => {
    const lab = new Lab();
    lab.live();
    const client = lab.allocated("a");
    // Somebody in between adds LIFETIME 0 to a Refresh, which would end the allocation.
    expect(client.code(withBehind(client.turn.refresh(), lifetimeAttribute(0)))).toBe(0);
    expect(lab.relay.hasAllocation(client.tuple, lab.now)).toBe(true);
    // And one that must be understood is no reason for 420.
    const unknown = { type: 0x7abc, value: new Uint8Array(0) };
    expect(client.code(withBehind(client.turn.refresh(), unknown))).toBe(0);
  });

  test("RFC 8489 §14.7: with a wrong FINGERPRINT is dropped, whatever its integrity", () => {
    const { client } = challenged();
    const request = Buffer.from(client.turn.allocate([], { hasFingerprint: true }));
    request[request.length - 1] = (request.at(-1) ?? 0) ^ 1;
    expect(client.sends(request)).toEqual({ type: "drop", reason: "malformed" });
  });

  test.each([
    ["that is not UTF-8", Buffer.from([0xff, 0xfe])],
    ["with half a character of UTF-8", Buffer.from([0xc3])],
    ["with a character of UTF-8 in five bytes", Buffer.from("f888808080", "hex")],
    ["with a NUL at its end", Buffer.from([0])],
    ["with a line break", Buffer.from("\n")],
  ])("by a user name %s is nobody's: 401", (_, end) => {
    const { lab, client } = challenged();
    const username = Buffer.from(client.turn.credential.username);
    expect(client.code(allocateAs(client, Buffer.concat([username, end])))).toBe(401);
    expect(lab.relay.allocations()).toBe(0);
    expect(client.code(allocateAs(client, username))).toBe(0);
  });
});

describe("a method that is not TURN's", () => {
  test("is not answered with the right credential either", () => {
    const lab = new Lab();
    const { a } = lab.joinedPair();
    const known = new Set<number>(Object.values(turnMethod));
    for (let method = 0; method <= 0xfff; method++) {
      if (known.has(method)) continue;
      expect(a.sends(a.turn.request(method, []))).toEqual({ type: "drop", reason: "unwanted" });
    }
  });

  test("is not answered where it is a response or an indication with the right credential", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    for (const method of Object.values(turnMethod)) {
      for (const messageClass of ["success", "error"] as const) {
        const bytes = Buffer.from(a.turn.request(method, []));
        bytes.writeUInt16BE(messageType(method, messageClass), 0);
        expect(a.sends(bytes).type).toBe("drop");
      }
    }
    const data = Buffer.from(a.turn.sendIndication(b.relayed, Buffer.from("x")));
    data.writeUInt16BE(messageType(turnMethod.data, "indication"), 0);
    expect(a.sends(data)).toEqual({ type: "drop", reason: "unwanted" });
  });
});

describe("64 kB", () => {
  /** The longest payload of a UDP datagram over IPv4. */
  const datagramBytesMax = 65_507;

  test.each([0x00, 0x40, 0x80, 0xff])("of 0x%s are dropped", (byte) => {
    const { a } = new Lab().joinedPair();
    expect(a.sends(Buffer.alloc(datagramBytesMax, byte)).type).toBe("drop");
  });

  test("in one request are answered in few bytes", () => {
    const { client } = challenged();
    const software = { type: 0x8022, value: Buffer.alloc(65_000) };
    const unsigned = client.turn.allocate([software], { isSigned: false });
    expect(client.asks(unsigned).length).toBeLessThanOrEqual(60);
    const signed = client.asks(client.turn.allocate([software]));
    expect([errorCodeOf(signed), signed.length < 200]).toEqual([0, true]);
  });

  test("of unknown attributes are listed in fewer bytes than came", () => {
    const { client } = challenged();
    const many = Array.from({ length: 1_000 }, (_, i) => ({
      type: 0x7000 + i,
      value: new Uint8Array(0),
    }));
    const request = client.turn.allocate(many);
    const answer = client.asks(request);
    expect([errorCodeOf(answer), answer.length < request.length]).toEqual([420, true]);
  });

  test("of media are passed on whole, or not at all", () => {
    const { a, b } = new Lab().joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    b.asks(b.turn.bindChannel(0x4000, a.relayed));
    const frame = Buffer.alloc(datagramBytesMax, 1);
    frame.writeUInt16BE(0x4000, 0);
    frame.writeUInt16BE(datagramBytesMax - 4, 2);
    const action = a.sends(frame);
    expect(action.type === "send" && action.bytes.length).toBe(datagramBytesMax);
  });
});
