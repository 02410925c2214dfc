import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";
import { partNames } from "./parts.ts";
import { fullScale, quickScale } from "./scale.ts";

describe("the options of the benchmark", () => {
  it("are all parts at full length when there are none", () => {
    expect(readOptions([])).toEqual({ scale: fullScale, parts: partNames, isQuick: false });
  });

  it("choose parts, which run in their own order", () => {
    expect(readOptions(["--only=memory,saturated", "--rounds=7"])).toEqual({
      scale: { ...fullScale, rounds: 7 },
      parts: ["saturated", "memory"],
      isQuick: false,
    });
  });

  it("can ask for everything in small", () => {
    expect(readOptions(["--quick"])).toMatchObject({ scale: quickScale, isQuick: true });
  });

  it.each([
    [["--rounds=0"], "--rounds is a whole number from 1."],
    [["--rounds=many"], "--rounds is a whole number from 1."],
    [["--only=speed"], "There is no part `speed`."],
    [["--fast"], "Unknown option '--fast'"],
  ])("%j is answered by a sentence", (parameters, sentence) => {
    expect(readOptions(parameters)).toContain(sentence);
  });
});
