import { describe, expect, it } from "vitest";
import { digits, replaceFigures, table } from "./report.ts";

const document = `# Title
<!-- figures: one -->
old
<!-- end of figures: one -->
By hand.
<!-- figures: two -->
<!-- end of figures: two -->
`;

describe("figures in a document", () => {
  it("are replaced, and what was written by hand stays", () => {
    expect(replaceFigures(document, "one", "new\n")).toBe(document.replace("old", "new"));
  });

  it("can be replaced again and again", () => {
    const once = replaceFigures(document, "two", "figures");
    expect(replaceFigures(once, "two", "figures")).toBe(once);
  });

  it("need a place, and only one", () => {
    expect(() => replaceFigures(document, "three", "x")).toThrow("one place for the figures");
    expect(() => replaceFigures(document + document, "one", "x")).toThrow("one place");
  });

  it("may hold what a replacement pattern would take for a command", () => {
    expect(replaceFigures(document, "one", "$& $1")).toContain("\n$& $1\n");
  });
});

it("a table aligns columns of figures to the right", () => {
  expect(
    table(
      ["Server", "µs"],
      [
        ["coturn", 4.2],
        ["ours", "–"],
      ],
    ),
  ).toBe("| Server | µs |\n| --- | ---: |\n| coturn | 4.2 |\n| ours | – |");
});

it("a table without rows is nothing, and no head alone", () => {
  expect(table(["Server"], [])).toBe("");
});

it("thousands are told apart", () => {
  expect(digits(1234567.84, 1)).toBe("1,234,567.8");
});
