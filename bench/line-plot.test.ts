import { describe, expect, it } from "vitest";
import { drawLinePlot, type Line } from "./line-plot.ts";

function draw(lines: readonly Line[]): string {
  return drawLinePlot({ title: "Cost", xTitle: "packets", yTitle: "µs", lines });
}

/** What an attribute of every element of a kind says. */
function attributes(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map(([, value]) => Number(value));
}

describe("a plot", () => {
  it("puts a tenfold x as far to the right everywhere, and a double y twice as high", () => {
    const points = [
      { x: 10, y: 0 },
      { x: 100, y: 5 },
      { x: 1_000, y: 10 },
    ];
    const svg = draw([{ label: "ours", points }]);
    const [x1 = 0, x2 = 0, x3 = 0] = attributes(svg, /<circle cx="([\d.]+)"/g);
    const [y1 = 0, y2 = 0, y3 = 0] = attributes(svg, /<circle cx="[\d.]+" cy="([\d.]+)"/g);
    expect(x3 - x2).toBeCloseTo(x2 - x1, 0);
    expect(y1 - y3).toBeCloseTo(2 * (y1 - y2), 0);
  });

  it("puts a double x twice as far to the right where it is linear, from 0", () => {
    const points = [0, 50, 100].map((x) => ({ x, y: x }));
    const texts = { title: "Cost", xTitle: "calls", yTitle: "%" };
    const svg = drawLinePlot({ ...texts, xScale: "linear", lines: [{ label: "ours", points }] });
    const [x1 = 0, x2 = 0, x3 = 0] = attributes(svg, /<circle cx="([\d.]+)"/g);
    expect(x3 - x1).toBeCloseTo(2 * (x2 - x1), 0);
  });

  it("keeps labels apart of lines that end in the same place", () => {
    const points = [
      { x: 1, y: 3 },
      { x: 10, y: 3 },
    ];
    const lines = ["one", "two", "three"].map((label) => ({ label, points }));
    const heights = attributes(draw(lines), /y="([\d.]+)" font-weight="600" fill/g);
    const [first = 0, second = 0, third = 0] = heights.slice(-3);
    expect(second - first).toBeGreaterThan(13);
    expect(third - second).toBeGreaterThan(13);
  });

  it("leaves out a line without points, and does not move the others' colours", () => {
    const points = [{ x: 1, y: 1 }];
    const both = draw([
      { label: "one", points },
      { label: "two", points },
    ]);
    const second = draw([
      { label: "one", points: [] },
      { label: "two", points },
    ]);
    const labelOfTwo = /fill="#\w+">two</;
    expect(second).not.toContain(">one<");
    expect(labelOfTwo.exec(second)?.[0]).toBe(labelOfTwo.exec(both)?.[0]);
  });

  it("writes no text as markup", () => {
    expect(draw([{ label: "a<b", points: [{ x: 1, y: 1 }] }])).toContain("a&lt;b");
  });
});
