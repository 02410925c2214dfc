import { join, normalize } from "node:path";
import { expect, it } from "vitest";
import { sourceFiles } from "./source-files.ts";

const document = "docs/relay-attacks.md";
const [{ text } = { text: "" }] = sourceFiles(document);

/** The rows of all its tables, each as its cells. */
const rows = text
  .split("\n")
  .filter((line) => /^\| (?!Attack)/.test(line))
  .map((line) => line.slice(2, -2).split(" | "));

/** A test that a row names, and the file where it says that it is. */
const named = rows.map(([attack = "", , test = ""]) => {
  const [, path = "", name = ""] = /^\[`[\w-]+`\]\((.+)\) (.+)$/.exec(test) ?? [];
  return { attack, path: normalize(join("docs", path)), name };
});

it("every attack that the document lists says what happens and names a test", () => {
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((cells) => cells.length !== 3 || cells.includes(""))).toEqual([]);
  expect(named.filter(({ name }) => name === "")).toEqual([]);
});

it("every test that the document names is in the file that it names", () => {
  const lost = named.filter(({ path, name }) => {
    const [file] = sourceFiles(path);
    return file?.text.includes(JSON.stringify(name)) !== true;
  });
  expect(lost).toEqual([]);
});
