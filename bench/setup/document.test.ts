import { describe, expect, it } from "vitest";
import type { Measured } from "../results.ts";
import { type Calls, describeSetUp } from "./document.ts";
import type { SetUp } from "./measure.ts";
import type { Order } from "./order.ts";

function call(order: Order, caller: number, callee: number): SetUp {
  const moments = { caller: { sound: caller }, callee: { accepted: 100, sound: callee } };
  return { order, caller, callee, moments };
}

function measured(value: Calls): Measured<Calls> {
  const machine = { processor: "A", cores: 2, memoryGiB: 8, system: "Linux 6", node: "24.0.0" };
  const absent = { Firefox: "There is none." };
  return { measuredOn: "2026-11-21", rounds: 2, machine, versions: {}, absent, value };
}

describe("the figures about setting up a call", () => {
  const calls = [call("warm", 700, 800), call("warm", 740, 850), call("naive", 1_200, 1_300)];
  const failed: SetUp = { order: "plain", failure: "no tap was seen" };
  const figures = describeSetUp(measured({ "Chromium 156": [...calls, failed] }));

  it("are medians and how far the slow calls are above them, by browser and order", () => {
    expect(figures["setup-times"]).toContain(
      "| Chromium 156 | Ringfence | 2 | 720 | 738 | 1.03 | 825 | 848 | 1.03 |",
    );
    expect(figures["setup-times"]).toContain("| Chromium 156 | offer made after the accept | 1 |");
  });

  it("name what failed and what was not measured", () => {
    expect(figures["setup-times"]).toContain("Failed: Chromium 156");
    expect(figures["setup-times"]).toContain("Not measured: Firefox. There is none.");
  });

  it("have a row for each moment, with a gap where nothing was seen", () => {
    expect(figures["setup-timeline"]).toContain("| caller: the first sound | 720 | – | 1,200 |");
    expect(figures["setup-timeline"]).toContain("| the microphone is open | – | – | – |");
  });
});
