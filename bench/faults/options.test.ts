import { describe, expect, it } from "vitest";
import { faultNames } from "./faults.ts";
import { readOptions } from "./options.ts";

describe("the options of the benchmark of faults", () => {
  it("are ten rounds of every fault when there are none", () => {
    expect(readOptions([])).toEqual({ rounds: 10, faults: faultNames, isQuick: false });
  });

  it("choose faults, which keep their own order", () => {
    expect(readOptions(["--only=relay,address", "--rounds=20"])).toEqual({
      rounds: 20,
      faults: ["address", "relay"],
      isQuick: false,
    });
  });

  it("can ask for a little", () => {
    expect(readOptions(["--quick"])).toMatchObject({ rounds: 1, isQuick: true });
  });

  it.each([
    [["--rounds=0"], "--rounds is a whole number from 1."],
    [["--rounds=many"], "--rounds is a whole number from 1."],
    [["--only=rain"], "There is no fault `rain`."],
    [["--fast"], "Unknown option '--fast'"],
  ])("%j is answered by a sentence", (parameters, sentence) => {
    expect(readOptions(parameters)).toContain(sentence);
  });
});
