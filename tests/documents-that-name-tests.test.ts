import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** Documents whose tables end in a column of tests, and how many rows they have at least. */
const documents = [
  ["docs/relay-attacks.md", 60],
  ["docs/conformance.md", 25],
  ["docs/threat-model.md", 75],
] as const;

/** Of what does not exist yet, a row says so in a sentence in the place of a test. */
const notYet = /^Not yet: ./;

describe.each(documents)("%s", (document, rowsMin) => {
  const [{ text } = { text: "" }] = sourceFiles(document);

  /** The rows of all its tables, each as its cells, without what stands above and below a line. */
  const rows = text
    .split("\n")
    .filter((line, index, lines) => line.startsWith("| ") && !lines[index + 1]?.startsWith("|--"))
    .map((line) => line.slice(2, -2).split(" | "));

  /** The test that a row names, and the file where it says that it is. */
  const named = rows
    .map((cells) => cells.at(-1) ?? "")
    .filter((test) => !notYet.test(test))
    .map((test) => {
      const [, path = "", name = ""] = /^\[`[\w-]+`\]\((.+?)\) (.+)$/.exec(test) ?? [];
      return { test, path: normalize(join("docs", path)), name };
    });

  it("fills every cell, and names a test in every row or says that there is none yet", () => {
    expect(rows.length).toBeGreaterThanOrEqual(rowsMin);
    expect(rows.filter((cells) => cells.includes(""))).toEqual([]);
    expect(named.filter(({ name }) => name === "")).toEqual([]);
  });

  it("names tests that are in the files that it names", () => {
    const lost = named.filter(({ path, name }) => {
      const [file] = sourceFiles(path);
      return file?.text.includes(name) !== true;
    });
    expect(lost).toEqual([]);
  });
});
