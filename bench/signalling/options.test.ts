import { describe, expect, it } from "vitest";
import { contenderNames } from "./contender.ts";
import { readOptions } from "./options.ts";
import { fullScale, quickScale } from "./scale.ts";

describe("the options of the benchmark of signalling", () => {
  it("are all servers at full length when there are none", () => {
    const all = { scale: fullScale, contenders: contenderNames, isQuick: false };
    expect(readOptions([])).toEqual(all);
  });

  it("choose servers, which keep their own order", () => {
    expect(readOptions(["--only=kamailio,ringfence", "--rounds=7"])).toEqual({
      scale: { ...fullScale, rounds: 7 },
      contenders: ["ringfence", "kamailio"],
      isQuick: false,
    });
  });

  it("can ask for our own in small", () => {
    expect(readOptions(["--quick"])).toEqual({
      scale: quickScale,
      contenders: ["ringfence"],
      isQuick: true,
    });
  });

  it.each([
    [["--rounds=0"], "--rounds is a whole number from 1."],
    [["--only=skype"], "There is no server `skype`."],
    [["--fast"], "Unknown option '--fast'"],
  ])("%j is answered by a sentence", (parameters, sentence) => {
    expect(readOptions(parameters)).toContain(sentence);
  });
});
