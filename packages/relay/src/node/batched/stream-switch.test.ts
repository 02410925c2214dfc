import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { shellLimits } from "../../limits.ts";
import { channelData } from "../../test-client/turn-client.ts";
import { makeCounters } from "../../turn/counters.ts";
import { fiveTuple } from "../../turn/five-tuple.ts";
import type { Sinks } from "../sink.ts";
import { Doorbell } from "./doorbell.ts";
import { FrameRing, frameBytesMax } from "./frame-ring.ts";
import { StreamSwitch } from "./stream-switch.ts";

const one = fiveTuple("tcp", "tcp 0", "198.51.100.7", 20_000);
const other = fiveTuple("tcp", "tcp 1", "198.51.100.7", 20_001);
const request = Buffer.alloc(28);
const allocated = Buffer.from("0103", "hex");
const media = channelData(0x4000, Buffer.alloc(996));

const open = (): void => undefined;

/** A switch with the other thread's ends of its rings. */
function switchboard(sinks: Sinks = new Map()) {
  const doorbell = new Doorbell();
  const incoming = FrameRing.make(shellLimits.frameRingBytes);
  const outgoing = FrameRing.make(shellLimits.frameRingBytes);
  const counters = makeCounters();
  const streams = new StreamSwitch({ sinks, counters, doorbell, incoming, outgoing, open });
  function say(stream: number, frame: Uint8Array): void {
    outgoing.put(stream, frame, 0, frame.length);
    doorbell.announceFrames();
  }
  /** How many frames have come in. */
  function drain(): number {
    const target = new Uint8Array(frameBytesMax);
    let frames = 0;
    incoming.look();
    while (incoming.take(target, 0) !== undefined) frames++;
    return frames;
  }
  return {
    streams,
    counters,
    incoming,
    say,
    drain,
    [Symbol.dispose]: () => streams[Symbol.dispose](),
  };
}

test("ChannelData of a stream takes no room before it has an allocation", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  using board = switchboard(new Map([[one.endpoint, { send: () => resolve() }]]));
  for (let i = 0; i < 1_000; i++) expect(board.streams.put(one, media)).toBe("taken");
  expect([board.drain(), board.counters.drops["no-allocation"]]).toEqual([0, 1_000]);
  board.streams.put(one, request);
  expect(board.drain()).toBe(1);
  board.say(0, allocated);
  await promise;
  board.streams.put(one, media);
  expect(board.drain()).toBe(1);
});

test("a stream that sends faster than is moved waits, and others have room meanwhile", async () => {
  let told = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const send = (): void => (++told === 2 ? resolve() : undefined);
  using board = switchboard(new Map([one, other].map(({ endpoint }) => [endpoint, { send }])));
  for (const tuple of [one, other]) board.streams.put(tuple, request);
  board.drain();
  for (const stream of [0, 1]) board.say(stream, allocated);
  await promise;
  let taken = 0;
  while (board.streams.put(one, media) === "taken") taken++;
  expect(taken).toBeLessThan(shellLimits.frameRingBytes / media.length / 4);
  expect(board.streams.put(other, media)).toBe("taken");
  expect(board.drain()).toBe(taken + 1);
  expect(board.streams.put(one, media)).toBe("taken");
});

test("all strangers together leave room for streams that have allocated", () => {
  using board = switchboard();
  let taken = 0;
  for (let i = 0; i < 10_000; i++) {
    const tuple = fiveTuple("tcp", `tcp ${i}`, "198.51.100.7", 1_024 + i);
    if (board.streams.put(tuple, request) === "taken") taken++;
  }
  expect(taken).toBeGreaterThan(100);
  expect(taken * request.length).toBeLessThan(shellLimits.frameRingBytes / 8);
  expect(board.incoming.put(0, media, 0, media.length)).toBe(true);
});

test("frames that keep coming leave timers their turn", async () => {
  const timer = setTimeout(10, "fired");
  let frames = 0;
  const send = (): void => {
    frames++;
    // One more for each: without a pause this goes on for ever. The bound is for when it does.
    if (frames < 1_000_000) board.say(0, media);
  };
  using board = switchboard(new Map([[one.endpoint, { send }]]));
  board.streams.put(one, request);
  board.say(0, media);
  expect(await timer).toBe("fired");
  expect(frames).toBeGreaterThan(0);
  expect(frames).toBeLessThan(1_000_000);
});
