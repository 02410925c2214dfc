import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Figures } from "../apps/server/src/figures/figures.ts";
import { durationsOf, figuresOf } from "../apps/server/src/http/metric-list.ts";

const documentText = readFileSync(new URL("../docs/operations.md", import.meta.url), "utf8");
const [, after = ""] = documentText.split("\n## What to watch\n");
const [section = ""] = after.split("\n## ", 1);

const unread = () => {
  throw new Error("a name is there without its figure being read");
};
const sources = {
  figures: new Figures(),
  relay: unread,
  webSockets: unread,
  bus: unread,
  callsByState: unread,
};
const metrics: { name: string; label?: string }[] = [
  ...figuresOf(sources),
  ...durationsOf(sources),
];

it("the table of what to watch has exactly the figures, with what tells their parts apart", () => {
  const rows = [...section.matchAll(/^\| `([a-z_]+)` \| (?:`(\w+)` )?\|/gm)];
  expect(rows.map(([, name, label]) => ({ name, label })).toSorted(byName)).toEqual(
    metrics.map(({ name, label }) => ({ name, label })).toSorted(byName),
  );
});

it("the rules and the text name no figure that there is not", () => {
  const names = new Set(metrics.map(({ name }) => name));
  const named = [...section.matchAll(/\bringfence_\w+/g)].map(([name]) =>
    name.replace(/_bucket$/, ""),
  );
  expect(named.length).toBeGreaterThan(names.size - 5);
  expect(named.filter((name) => !names.has(name))).toEqual([]);
});

function byName(one: { name: string | undefined }, other: { name: string | undefined }): number {
  return (one.name ?? "").localeCompare(other.name ?? "");
}
