import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("the options of the benchmark", () => {
  it("are 20 calls when there are none", () => {
    expect(readOptions([])).toEqual({ calls: 20, isQuick: false });
  });

  it("can ask for more calls, or for everything in small", () => {
    expect(readOptions(["--calls=50"])).toEqual({ calls: 50, isQuick: false });
    expect(readOptions(["--quick"])).toEqual({ calls: 1, isQuick: true });
  });

  it.each([
    [["--calls=0"], "--calls is a whole number from 1."],
    [["--calls=many"], "--calls is a whole number from 1."],
    [["--fast"], "Unknown option '--fast'"],
  ])("%j is answered by a sentence", (parameters, sentence) => {
    expect(readOptions(parameters)).toContain(sentence);
  });
});
