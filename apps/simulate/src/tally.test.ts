import { expect, test } from "vitest";
import { Samples, Tally } from "./tally.ts";

test("a percentile is one of the waits that were measured", () => {
  const samples = new Samples();
  for (let ms = 100; ms >= 1; ms--) samples.add(ms);
  expect(samples.summary()).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
  expect(new Samples().summary()).toBeNull();
});

test("the longest of very many waits is not forgotten", () => {
  const samples = new Samples();
  samples.add(9_000);
  for (let index = 0; index < 150_000; index++) samples.add(1);
  expect(samples.summary()).toMatchObject({ count: 150_001, p99: 1, max: 9_000 });
});

test("what goes wrong is counted by its kind", () => {
  const tally = new Tally();
  for (const kind of ["http-429", "ring-unavailable", "http-429"]) tally.fault(kind);
  expect([...tally.faults]).toEqual([
    ["http-429", 2],
    ["ring-unavailable", 1],
  ]);
  expect(tally.faultCount).toBe(3);
});
