import { expect, test } from "vitest";
import { makeCommunity } from "./community.ts";
import { measure } from "./measure.ts";

/** That it works, and not how fast: the machine has other things to do. */
test("everything is measured in a small community", { timeout: 120_000 }, async () => {
  await using community = await makeCommunity({
    accounts: 400,
    follows: 2_000,
    conversations: 500,
    rings: 300,
    popularFollows: 250,
  });
  const figures = await measure(community, { decisions: 50, lists: 2 });
  expect(figures).toHaveLength(5);
  for (const { what, median, p99, processor, longestTurn } of figures) {
    expect(what).not.toBe("");
    expect(median).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(median);
    expect(processor).toBeGreaterThan(0);
    expect(longestTurn).toBeGreaterThan(0);
  }
});
