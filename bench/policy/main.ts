import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { makeCommunity } from "./community.ts";
import { type Figure, measure } from "./measure.ts";

/** `npm run bench:policy`: how long it takes to know who may ring, in a community of some size. */

const document = join(import.meta.dirname, "../../docs/performance-policy.md");
const size = {
  accounts: 100_000,
  follows: 1_000_000,
  conversations: 200_000,
  rings: 200_000,
  popularFollows: 10_000,
};

console.log("Making a community of 100,000 accounts and a million follows; this takes a minute.");
await using community = await makeCommunity(size);
const table = tableOf(await measure(community, { decisions: 20_000, lists: 20 }));
const [firstCore] = cpus();
const where = `Measured on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${firstCore?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores.`;
console.log(`\n${table}\n\n${where}`);
writeFileSync(document, withFigures(readFileSync(document, "utf8"), `${table}\n\n${where}`));

function tableOf(figures: readonly Figure[]): string {
  return [
    "| What | processor, ms | median, ms | 99 of 100, ms | longest turn, ms |",
    "|---|---|---|---|---|",
    ...figures.map(
      ({ what, median, p99, processor, longestTurn }) =>
        `| ${what} | ${[processor, median, p99, longestTurn].map(rounded).join(" | ")} |`,
    ),
  ].join("\n");
}

/** Digits that mean something. */
function rounded(ms: number): string {
  return ms < 10 ? ms.toPrecision(2) : Math.round(ms).toLocaleString("en");
}

/** The part of the document between two comments is the benchmark's own. */
function withFigures(text: string, figures: string): string {
  const [begin, end] = ["<!-- figures -->", "<!-- end of figures -->"];
  const [before, rest = ""] = text.split(begin);
  const [, after = ""] = rest.split(end);
  return `${before}${begin}\n${figures}\n${end}${after}`;
}
