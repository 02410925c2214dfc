import { expect, test } from "vitest";
import { FrameRing, frameBytesMax } from "./frame-ring.ts";

const target = new Uint8Array(frameBytesMax);

/** Takes the next frame out: its stream and how long it is. */
function next(ring: FrameRing): readonly [number, number] | undefined {
  ring.look();
  const length = ring.take(target, 0);
  return length === undefined ? undefined : [ring.stream, length];
}

test("a ring holds the longest frame, and refuses a longer one", () => {
  const ring = FrameRing.make(131_072);
  const bytes = new Uint8Array(frameBytesMax + 1).fill(7);
  expect(ring.put(1, bytes, 0, bytes.length)).toBe(false);
  expect(ring.put(2, bytes, 1, bytes.length)).toBe(true);
  expect(next(ring)).toEqual([2, frameBytesMax]);
  expect(target.every((byte) => byte === 7)).toBe(true);
  expect(next(ring)).toBeUndefined();
});

test("frames come out in order and whole, however often the ring goes round", () => {
  const ring = FrameRing.make(256);
  for (let i = 0; i < 1_000; i++) {
    const bytes = new Uint8Array(i % 90).fill(i);
    expect(ring.put(i, bytes, 0, bytes.length)).toBe(true);
    expect(next(ring)).toEqual([i, bytes.length]);
    expect(target.subarray(0, bytes.length)).toEqual(bytes);
  }
});

test("what does not fit is refused until there is room", () => {
  const ring = FrameRing.make(256);
  const bytes = new Uint8Array(100);
  const put = (): boolean => ring.put(0, bytes, 0, bytes.length);
  expect([put(), put(), put()]).toEqual([true, true, false]);
  next(ring);
  expect([put(), put()]).toEqual([true, false]);
});
