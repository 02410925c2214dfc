import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clientLimits } from "../limits.ts";
import type { ConnectionSample } from "../media/connection-sample.ts";
import { SampleWatch } from "./sample-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sample = async () => ({ path: null }) as ConnectionSample;

function openWatch() {
  const added: Promise<ConnectionSample>[] = [];
  const watch = new SampleWatch({ sample }, { addSample: (pending) => added.push(pending) });
  return { watch, added };
}

describe("the look at a connection for its receipt", () => {
  it("begins with the media, goes on at its pace, and ends with a last one", () => {
    const { watch, added } = openWatch();
    vi.advanceTimersByTime(clientLimits.receiptSampleMs);
    expect(added).toHaveLength(0);
    watch.setMedia(true);
    expect(added).toHaveLength(1);
    vi.advanceTimersByTime(2 * clientLimits.receiptSampleMs);
    expect(added).toHaveLength(3);
    watch.close();
    watch.close();
    vi.advanceTimersByTime(2 * clientLimits.receiptSampleMs);
    expect(added).toHaveLength(4);
  });

  it("goes on while media is lost, and is there at once when it is back", () => {
    const { watch, added } = openWatch();
    watch.setMedia(true);
    watch.setMedia(false);
    vi.advanceTimersByTime(clientLimits.receiptSampleMs);
    expect(added).toHaveLength(2);
    watch.setMedia(true);
    expect(added).toHaveLength(3);
    watch.close();
  });

  it("is not made of a call without media", () => {
    const { watch, added } = openWatch();
    watch.close();
    expect(added).toHaveLength(0);
  });
});
