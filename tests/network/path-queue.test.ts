import { describe, expect, it } from "vitest";
import { clearPath, type PathConditions, PathQueue } from "./path-queue.ts";

const tcp = 6;
const udp = 17;

/** The header of an IPv4 packet as far as it is looked at, and a mark to know it by. */
function packet(mark: number, { protocol = udp, bytes = 100 } = {}): Uint8Array {
  const made = new Uint8Array(bytes);
  made[9] = protocol;
  made[bytes - 1] = mark;
  return made;
}

function marksOf(packets: readonly Uint8Array[]): (number | undefined)[] {
  return packets.map((bytes) => bytes.at(-1));
}

function queueWith(conditions: Partial<PathConditions>, chance = () => 0.5): PathQueue {
  return new PathQueue({ ...clearPath, ...conditions }, chance);
}

describe("a path", () => {
  it("lets packets arrive after its delay, in their order, each once", () => {
    const queue = queueWith({ oneWayMs: 50 });
    queue.take(packet(1), 1_000);
    queue.take(packet(2), 1_001);
    expect(queue.nextAt).toBe(1_050);
    expect(queue.arrived(1_049)).toEqual([]);
    expect(marksOf(queue.arrived(1_050))).toEqual([1]);
    expect(marksOf(queue.arrived(1_060))).toEqual([2]);
    expect(queue.arrived(2_000)).toEqual([]);
    expect(queue.nextAt).toBe(Infinity);
  });

  it("without delay lets them arrive in the same moment", () => {
    const queue = queueWith({});
    queue.take(packet(1), 5);
    expect(marksOf(queue.arrived(5))).toEqual([1]);
  });

  it("that becomes shorter does not let a packet overtake another", () => {
    const queue = queueWith({ oneWayMs: 50 });
    queue.take(packet(1), 0);
    queue.change(clearPath);
    queue.take(packet(2), 10);
    expect(queue.arrived(49)).toEqual([]);
    expect(marksOf(queue.arrived(50))).toEqual([1, 2]);
  });

  it("that is cut loses what is under way and what comes, and nothing once it is restored", () => {
    const queue = queueWith({ oneWayMs: 50 });
    queue.take(packet(1), 0);
    queue.change({ ...clearPath, oneWayMs: 50, cut: "everything" });
    queue.take(packet(2), 10);
    expect(queue.nextAt).toBe(Infinity);
    queue.change({ ...clearPath, oneWayMs: 50 });
    queue.take(packet(3), 20);
    expect(marksOf(queue.arrived(1_000))).toEqual([3]);
  });

  it("that is cut for TCP lets UDP pass", () => {
    const queue = queueWith({ oneWayMs: 50 });
    queue.take(packet(1, { protocol: tcp }), 0);
    queue.take(packet(2), 0);
    queue.change({ ...clearPath, cut: "tcp" });
    queue.take(packet(3, { protocol: tcp }), 1);
    queue.take(packet(4), 1);
    expect(marksOf(queue.arrived(100))).toEqual([2, 4]);
  });

  it("loses the share of packets that it was told", () => {
    const chances = [0.1, 0.3, 0.29, 0.9];
    const queue = queueWith({ lossShare: 0.3 }, () => chances.shift() ?? 0);
    for (const mark of [1, 2, 3, 4]) queue.take(packet(mark), 0);
    expect(marksOf(queue.arrived(0))).toEqual([2, 4]);
  });

  it("with a rate lets packets arrive one after the other", () => {
    // 1,000 bits are 10 ms at 100 kbit/s.
    const queue = queueWith({ oneWayMs: 50, kilobitsPerSecond: 100 });
    for (const mark of [1, 2, 3]) queue.take(packet(mark, { bytes: 125 }), 0);
    expect(marksOf(queue.arrived(60))).toEqual([1]);
    expect(marksOf(queue.arrived(79))).toEqual([2]);
    expect(marksOf(queue.arrived(80))).toEqual([3]);
    queue.take(packet(4, { bytes: 125 }), 100);
    expect(queue.nextAt).toBe(160);
  });

  it("with a rate loses what would wait too long before it", () => {
    const queue = queueWith({ kilobitsPerSecond: 100 });
    for (let mark = 0; mark < 100; mark++) queue.take(packet(mark, { bytes: 125 }), 0);
    expect(queue.arrived(10_000)).toHaveLength(26);
  });
});
