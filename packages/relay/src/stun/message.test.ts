import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../node/node-crypto.ts";
import { attributeType } from "./attribute.ts";
import { isFingerprintRight } from "./fingerprint.ts";
import { parseIpAddress } from "./ip-address.ts";
import { encodeMessage, findAttribute, messageType, parseMessage } from "./message.ts";
import { hasIntegrity, longTermKey } from "./message-integrity.ts";
import { decodeXorAddress, encodeXorAddress } from "./xor-address.ts";

function fromHex(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ""), "hex");
}

const sampleTransaction = "b7e7a701bc34d686fa87dfae";
const shortTermPassword = Buffer.from("VOkJxbRl1RmTxUk/WvJxBt");

const sampleRequest = fromHex(`
  000100582112a442${sampleTransaction}
  802200105354554e207465737420636c69656e74
  002400046e0001ff
  80290008932ff9b151263b36
  000600096576746a3a68367659202020
  000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004e57a3bcf`);

const sampleIpv4Response = fromHex(`
  0101003c2112a442${sampleTransaction}
  8022000b7465737420766563746f7220
  002000080001a147e112a643
  000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7
  80280004c07d4c96`);

const sampleIpv6Response = fromHex(`
  010100482112a442${sampleTransaction}
  8022000b7465737420766563746f7220
  002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014a382954e4be67bf11784c97c8292c275bfe3ed41
  80280004c8fb0b4c`);

const sampleLongTermRequest = fromHex(`
  000100602112a44278ad3433c6ad72c029da412e
  00060012e3839ee38388e383aae38383e382afe382b90000
  0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341
  0014000b6578616d706c652e6f726700
  00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`);

describe("the samples of RFC 5769", () => {
  test.each([
    ["§2.1, a request", sampleRequest],
    ["§2.2, an IPv4 response", sampleIpv4Response],
    ["§2.3, an IPv6 response", sampleIpv6Response],
  ])("%s has the integrity and the fingerprint that it should", (_, bytes) => {
    const message = parseMessage(bytes);
    expect(message && hasIntegrity(nodeCrypto, message, shortTermPassword)).toBe(true);
    expect(message && isFingerprintRight(message)).toBe(true);
  });

  test("§2.4, a request with long-term credentials, has its integrity", () => {
    const message = parseMessage(sampleLongTermRequest);
    const username = Buffer.from("マトリックス");
    const realm = Buffer.from("example.org");
    const key = longTermKey(nodeCrypto, username, realm, Buffer.from("TheMatrIX"));
    expect(message && hasIntegrity(nodeCrypto, message, key)).toBe(true);
  });

  test.each([
    ["192.0.2.1", sampleIpv4Response],
    ["2001:db8:1234:5678:11:2233:4455:6677", sampleIpv6Response],
  ])("XOR-MAPPED-ADDRESS %s is read and written", (text, bytes) => {
    const message = parseMessage(bytes);
    const value = message && findAttribute(message, attributeType.xorMappedAddress);
    const address = value && decodeXorAddress(value, message.transactionId);
    expect(address).toEqual({ ip: expect.anything(), port: 32_853 });
    expect([...(address?.ip ?? [])]).toEqual([...(parseIpAddress(text) ?? [])]);
    const written = address && encodeXorAddress(address, message.transactionId);
    expect([...(written ?? [])]).toEqual([...(value ?? [])]);
  });
});

describe("integrity", () => {
  test("fails when any bit of the message is another", () => {
    for (let i = 0; i < sampleRequest.length - 8; i++) {
      const bytes = Buffer.from(sampleRequest);
      bytes[i] = (bytes[i] ?? 0) ^ 1;
      const message = parseMessage(bytes);
      expect(message && hasIntegrity(nodeCrypto, message, shortTermPassword)).not.toBe(true);
    }
  });

  test("is not there when the attribute is cut short", () => {
    const bytes = encodeMessage(messageType(3, "request"), Buffer.alloc(12), [
      { type: attributeType.messageIntegrity, value: Buffer.alloc(8) },
    ]);
    const message = parseMessage(bytes);
    expect(message && hasIntegrity(nodeCrypto, message, shortTermPassword)).toBe(false);
  });

  test("RFC 8489 §14.5: what stands behind it is not read", () => {
    const later = encodeMessage(0, Buffer.alloc(12), [
      { type: attributeType.lifetime, value: Buffer.alloc(4) },
    ]).subarray(20);
    const bytes = Buffer.concat([sampleLongTermRequest, later]);
    bytes.writeUInt16BE(bytes.length - 20, 2);
    const message = parseMessage(bytes);
    expect(message && findAttribute(message, attributeType.lifetime)).toBeUndefined();
    expect(message && findAttribute(message, attributeType.realm)).toBeDefined();
  });
});

describe("bytes that are no STUN message", () => {
  const valid = encodeMessage(messageType(3, "request"), Buffer.alloc(12), [
    { type: attributeType.lifetime, value: Buffer.alloc(4) },
  ]);

  test("anything shorter than a header", () => {
    for (let length = 0; length < 20; length++) {
      expect(parseMessage(valid.subarray(0, length))).toBeUndefined();
    }
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["another cookie", (bytes) => (bytes.writeUInt32BE(0, 4), bytes)],
    ["a length that is no multiple of 4", (bytes) => (bytes.writeUInt16BE(7, 2), bytes)],
    ["a length beyond the datagram", (bytes) => (bytes.writeUInt16BE(12, 2), bytes)],
    ["trailing bytes", (bytes) => Buffer.concat([bytes, Buffer.alloc(4)])],
    ["the bits of ChannelData", (bytes) => (bytes.writeUInt8(0x40, 0), bytes)],
    ["an attribute that overruns", (bytes) => (bytes.writeUInt16BE(5, 22), bytes)],
    ["an attribute that overruns by far", (bytes) => (bytes.writeUInt16BE(65_535, 22), bytes)],
  ])("%s", (_, damage) => {
    expect(parseMessage(valid)).toBeDefined();
    expect(parseMessage(damage(Buffer.from(valid)))).toBeUndefined();
  });

  test("RFC 8489 §14.7: an attribute behind FINGERPRINT", () => {
    const bytes = encodeMessage(0, Buffer.alloc(12), [
      { type: attributeType.fingerprint, value: Buffer.alloc(4) },
      { type: attributeType.lifetime, value: Buffer.alloc(4) },
    ]);
    expect(parseMessage(bytes)).toBeUndefined();
  });
});

test("RFC 8489 §5: every method and class survives its place among the type's bits", () => {
  for (const method of [0x001, 0x003, 0x00f, 0x010, 0x07f, 0x080, 0xfff]) {
    for (const messageClass of ["request", "indication", "success", "error"] as const) {
      const message = parseMessage(
        encodeMessage(messageType(method, messageClass), Buffer.alloc(12), []),
      );
      expect(message).toMatchObject({ method, class: messageClass });
    }
  }
});
