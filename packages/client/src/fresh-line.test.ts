import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { seekFreshLine } from "./fresh-line.ts";
import { clientLimits } from "./limits.ts";
import type { SignallingLine } from "./signalling-line.ts";

/** A connection that becomes what the test says. */
class TestLine {
  readonly beganAt = performance.now();
  readonly #opened = new AbortController();
  readonly #ended = new AbortController();
  isLive = false;

  get opened(): AbortSignal {
    return this.#opened.signal;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  open(): void {
    this.#opened.abort();
  }

  close(): void {
    this.#ended.abort();
  }
}

let lines: TestLine[];
let found: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  found = new AbortController();
});

afterEach(() => {
  found.abort();
  vi.useRealTimers();
});

const patienceMs = 500;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function seek(): void {
  const parts = {
    open: () => {
      const line = new TestLine();
      lines.push(line);
      return line as unknown as SignallingLine;
    },
    patienceMs,
  };
  void seekFreshLine(parts, found.signal);
}

describe("a fresh line", () => {
  test("is opened at once, and given up for the next one when it does not open in time", async () => {
    seek();
    expect(lines).toHaveLength(1);
    await pass(patienceMs);
    expect(lines.map(({ ended }) => ended.aborted)).toEqual([true, false]);
  });

  test("that opens has as long again for its welcome", async () => {
    seek();
    await pass(patienceMs - 1);
    lines[0]?.open();
    await pass(patienceMs - 1);
    expect(lines.map(({ ended }) => ended.aborted)).toEqual([false]);
    await pass(1);
    expect(lines.map(({ ended }) => ended.aborted)).toEqual([true, false]);
  });

  test("that is refused is not tried again in the same moment", async () => {
    seek();
    lines[0]?.close();
    await pass(clientLimits.freshLineEveryMs - 1);
    expect(lines).toHaveLength(1);
    await pass(1);
    expect(lines).toHaveLength(2);
  });

  test("is sought no more after the welcome, and the one that has it is kept", async () => {
    seek();
    const [line] = lines;
    line?.open();
    if (line !== undefined) line.isLive = true;
    found.abort();
    await pass(10 * patienceMs);
    expect(lines.map(({ ended }) => ended.aborted)).toEqual([false]);
  });

  test("is given up when another connection was welcomed first", async () => {
    seek();
    found.abort();
    await pass(0);
    expect(lines.map(({ ended }) => ended.aborted)).toEqual([true]);
  });

  test("has more patience after the first few, for a path that became slow", async () => {
    seek();
    const { quickLinesMax, patientLineMs } = clientLimits;
    await pass(quickLinesMax * patienceMs);
    expect(lines).toHaveLength(quickLinesMax + 1);
    await pass(patientLineMs - 1);
    expect(lines).toHaveLength(quickLinesMax + 1);
    await pass(1);
    expect(lines).toHaveLength(quickLinesMax + 2);
  });

  test("is sought less often after the first few, also where each is refused at once", async () => {
    seek();
    const { quickLinesMax, freshLineEveryMs, patientLineMs } = clientLimits;
    const refuseAll = () => lines.forEach((line) => line.close());
    for (let count = 0; count < quickLinesMax; count++) {
      refuseAll();
      await pass(freshLineEveryMs);
    }
    expect(lines).toHaveLength(quickLinesMax + 1);
    refuseAll();
    await pass(patientLineMs - 1);
    expect(lines).toHaveLength(quickLinesMax + 1);
    await pass(1);
    expect(lines).toHaveLength(quickLinesMax + 2);
  });
});
