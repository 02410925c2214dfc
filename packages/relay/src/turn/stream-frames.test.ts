import { describe, expect, test } from "vitest";
import { encodeMessage, messageType } from "../stun/message.ts";
import { channelData } from "../test-client/turn-client.ts";
import { StreamDeframer } from "./stream-frames.ts";

const stun = encodeMessage(messageType(3, "request"), Buffer.alloc(12, 1), [
  { type: 0x8022, value: Buffer.from("12345") },
]);
const padded = Buffer.concat([channelData(0x4000, Buffer.from("12345")), Buffer.alloc(3)]);
const empty = Buffer.from(channelData(0x4001, Buffer.alloc(0)));
const stream = Buffer.concat([stun, padded, empty, stun]);
const expected = [stun, padded, empty, stun].map((frame) => Buffer.from(frame).toString("hex"));

function framesOf(chunks: readonly Uint8Array[]): string[] {
  const deframer = new StreamDeframer(1_024);
  return chunks.flatMap((chunk) => {
    const { frames, isBroken } = deframer.push(chunk);
    expect(isBroken).toBe(false);
    return frames.map((frame) => Buffer.from(frame).toString("hex"));
  });
}

describe("a stream is cut into its frames", () => {
  test("when all of it comes at once", () => {
    expect(framesOf([stream])).toEqual(expected);
  });

  test("when it comes one byte at a time", () => {
    expect(framesOf(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test("when it is cut in two anywhere", () => {
    for (let i = 0; i <= stream.length; i++) {
      expect(framesOf([stream.subarray(0, i), stream.subarray(i)])).toEqual(expected);
    }
  });
});

describe("a stream is broken", () => {
  test.each([
    ["by bits that are neither STUN nor ChannelData", "80"],
    ["by HTTP", "474554202f"],
    ["by another cookie", `00030000${"00".repeat(16)}`],
    ["by a STUN length that is no multiple of 4", "000300032112a442"],
    ["by a STUN message of 64 kB", "0003fffc2112a442"],
    ["by ChannelData of 64 kB", "4000ffff"],
  ])("%s", (_, hex) => {
    // "G" of GET is 0x47 and looks like ChannelData: the huge length tells.
    expect(new StreamDeframer(8_192).push(Buffer.from(hex, "hex")).isBroken).toBe(true);
  });

  test("by a frame behind good ones, which are still delivered", () => {
    const { frames, isBroken } = new StreamDeframer(1_024).push(
      Buffer.concat([stun, Buffer.of(0xff)]),
    );
    expect([frames.length, isBroken]).toEqual([1, true]);
  });
});
