import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Bytes, sameBytes } from "../bytes.ts";
import { filled } from "../test/web-crypto.ts";
import { decodeTranscript, encodeTranscript, type Transcript } from "./transcript.ts";

const id = fc.stringMatching(/^[0-9a-z]{26}$/);
const bytes = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((value): Bytes => Uint8Array.from(value));
const none = fc.constant(filled(0, 0));

const facts = {
  callId: id,
  callerAccount: id,
  calleeAccount: id,
  callerDevice: bytes(32),
  kind: fc.constantFrom("audio" as const, "video" as const),
  route: fc.constantFrom("relayed" as const, "direct" as const),
  fingerprint: fc.record({ algorithm: fc.constant("sha-256" as const), hash: bytes(32) }),
  description: bytes(32),
};
const first = { ...facts, round: fc.constant(0), isNewConnection: fc.constant(true) };
const later = {
  ...facts,
  round: fc.integer({ min: 1, max: 65_535 }),
  isNewConnection: fc.boolean(),
};
const offer = fc.constant("offer" as const);
const answer = fc.constant("answer" as const);

const transcripts: fc.Arbitrary<Transcript> = fc.oneof(
  fc.record({ ...first, type: offer, calleeDevice: none, commitment: bytes(32), root: none }),
  fc.record({ ...later, type: offer, calleeDevice: bytes(32), commitment: none, root: bytes(32) }),
  fc.record({
    ...first,
    type: answer,
    calleeDevice: bytes(32),
    nonce: bytes(32),
    offer: bytes(32),
  }),
  fc.record({ ...later, type: answer, calleeDevice: bytes(32), nonce: none, offer: bytes(32) }),
);

const example: Transcript = {
  type: "offer",
  callId: "a",
  callerAccount: "b",
  calleeAccount: "c",
  callerDevice: filled(32, 1),
  calleeDevice: filled(0, 0),
  round: 0,
  isNewConnection: true,
  kind: "audio",
  route: "relayed",
  fingerprint: { algorithm: "sha-256", hash: filled(32, 2) },
  description: filled(32, 3),
  commitment: filled(32, 4),
  root: filled(0, 0),
};

/** Whether it holds of whatever transcripts fast-check comes up with. */
function holdsOf(law: (transcript: Transcript, at: number, value: number) => boolean) {
  const byte = fc.integer({ min: 0, max: 255 });
  return fc.check(fc.property(transcripts, fc.nat(), byte, law));
}

test("what was written is read back", () => {
  const result = holdsOf((transcript) => {
    const written = encodeTranscript(transcript);
    const read = decodeTranscript(written);
    return read !== null && sameBytes(encodeTranscript(read), written);
  });
  expect(result).toMatchObject({ failed: false });
});

test("bytes that are read are written the same", () => {
  const result = holdsOf((transcript, at, value) => {
    const written = encodeTranscript(transcript);
    written[at % written.length] = value;
    const read = decodeTranscript(written);
    return read === null || sameBytes(encodeTranscript(read), written);
  });
  expect(result).toMatchObject({ failed: false });
});

test("a transcript that was read says what was said", () => {
  expect(decodeTranscript(encodeTranscript(example))).toEqual(example);
});

test.each<[string, Partial<Transcript>]>([
  ["a first offer that names a device", { calleeDevice: filled(32, 5) }],
  ["a first offer on no connection of its own", { isNewConnection: false }],
  ["a first offer that is chained to something", { root: filled(32, 5) }],
  ["a first offer without a commitment", { commitment: filled(0, 0) }],
  ["a later offer with a commitment", { round: 1, calleeDevice: filled(32, 5) }],
  ["a key of another length", { callerDevice: filled(31, 1) }],
  ["no call", { callId: "" }],
])("%s is no transcript", (_, change) => {
  expect(decodeTranscript(encodeTranscript({ ...example, ...change } as Transcript))).toBeNull();
});

test("a round beyond 16 bits is a broken program", () => {
  expect(() => encodeTranscript({ ...example, round: 65_536 })).toThrow(RangeError);
});
