import { expect, test } from "vitest";
import { costOf, type Watched } from "./server-cost.ts";

const megabyte = 1_000_000;

/** A server of which a second of CPU went by so often until then. */
function figures(
  atSeconds: number,
  cpuSeconds: number,
  megabytes: number,
  relayCpu: number | null,
) {
  return {
    atMs: atSeconds * 1_000,
    application: { cpuSeconds, residentBytes: megabytes * megabyte },
    relay: relayCpu === null ? null : { cpuSeconds: relayCpu, residentBytes: 50 * megabyte },
    relayPackets: 0,
  };
}

function watched(relayCpu: readonly (number | null)[]): Watched {
  const [before = null, idle = null, busy = null, after = null] = relayCpu;
  return {
    before: figures(0, 5, 100, before),
    idle: figures(100, 20, 118, idle),
    // 100 people cost 0.1 s in 10 s...
    busy: figures(110, 20.1, 120, busy),
    // ...so that of the 5.6 s that follow 0.6 s are theirs, and 5 s those of 1,000 calls.
    after: figures(170, 25.7, 140, after),
  };
}

test("what idle people cost is taken off what calls cost", () => {
  const { application } = costOf(watched([0, 0, 0, 2]), 100, 1_000);
  expect(application).toEqual({
    cpuMsPerPersonAndMinute: 6,
    residentBytesPerPerson: 200_000,
    cpuMsPerCall: 5,
    residentBytesBefore: 100 * megabyte,
    residentBytesAfter: 140 * megabyte,
  });
});

test("the relay's cost stands by itself, where it is told", () => {
  expect(costOf(watched([0, 0, 0, 2]), 100, 1_000).relay?.cpuMsPerCall).toBe(2);
  expect(costOf(watched([0, null, 0, 2]), 100, 1_000).relay).toBeNull();
});

test("without a call there is no cost of one", () => {
  expect(costOf(watched([0, 0, 0, 2]), 100, 0).application.cpuMsPerCall).toBeNull();
});
