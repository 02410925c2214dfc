import { describe, expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const waits = { reconnectFirstMs: 250, reconnectMaxMs: 5_000 };

describe("the wait before connecting again", () => {
  test("is none for the first attempt", () => {
    expect(backoffMs(0, 0.9, waits)).toBe(0);
  });

  test("doubles with each failure, up to its bound", () => {
    const longest = [1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, 1, waits));
    expect(longest).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test("is spread over its upper half, so that not everybody comes back at once", () => {
    expect(backoffMs(6, 0, waits)).toBe(2_500);
    expect(backoffMs(6, 0.5, waits)).toBe(3_750);
  });
});
