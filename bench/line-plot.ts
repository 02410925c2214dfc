/**
 * A plot of a few lines as SVG. It brings its own background, so that it reads on a dark page too.
 *
 * @module
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly label: string;
  readonly points: readonly Point[];
}

export interface LinePlot {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Logarithmic unless it is said. */
  readonly xScale?: "linear";
  /** In their order they get colours and marks. At most as many as there are of these. */
  readonly lines: readonly Line[];
}

const width = 760;
const height = 450;
const area = { left: 64, right: width - 108, top: 84, bottom: height - 64 };
/** Told apart also by people who see red and green alike. */
const colours = ["#b4541a", "#5b6ee1", "#0b7a75", "#8a3ffc"];
const labelHeight = 19;

/** The y axis begins at 0; a linear x axis too. */
export function drawLinePlot(plot: LinePlot): string {
  const points = plot.lines.flatMap((line) => line.points);
  const xs = points.map(({ x }) => x);
  const isLinear = plot.xScale === "linear";
  const xTicks = isLinear ? linearTicks(Math.max(0, ...xs)) : ticksAround(xs);
  const [xMin = 0, xMax = 1] = [xTicks[0], xTicks.at(-1)];
  const share = (x: number) => (isLinear ? x / xMax : Math.log(x / xMin) / Math.log(xMax / xMin));
  const yTicks = linearTicks(Math.max(0, ...points.map(({ y }) => y)));
  const yMax = yTicks.at(-1) ?? 1;
  const place = ({ x, y }: Point): Point => ({
    x: between(area.left, area.right, share(x)),
    y: between(area.bottom, area.top, y / yMax),
  });
  const lines = plot.lines.filter((line) => line.points.length > 0);
  const drawn = lines.map((line) => line.points.map(place));
  const labelHeights = apart(drawn.map((path) => path.at(-1)?.y ?? 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="15" fill="#4a4f57">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#fdfcfa"/>`,
    `<text x="24" y="38" font-size="19" font-weight="600" fill="#1d2127">${escaped(plot.title)}</text>`,
    `<text x="24" y="64">${escaped(plot.yTitle)}</text>`,
    ...yTicks.map((tick) => horizontal(place({ x: xMin, y: tick }).y, tick)),
    ...xTicks.map((tick) => vertical(place({ x: tick, y: 0 }).x, tick)),
    `<text x="${(area.left + area.right) / 2}" y="${height - 16}" text-anchor="middle">${escaped(plot.xTitle)}</text>`,
    ...lines.flatMap((line, index) => {
      const colour = colours[plot.lines.indexOf(line)] ?? "#000000";
      return drawLine(line.label, drawn[index] ?? [], labelHeights[index] ?? 0, colour);
    }),
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(label: string, points: readonly Point[], labelY: number, colour: string) {
  const path = points.map(({ x, y }) => `${short(x)},${short(y)}`).join(" ");
  const end = points.at(-1)?.x ?? area.right;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`,
    ...points.map(
      ({ x, y }) =>
        `<circle cx="${short(x)}" cy="${short(y)}" r="4" fill="${colour}" stroke="#fdfcfa" stroke-width="1.5"/>`,
    ),
    `<text x="${short(end + 10)}" y="${short(labelY + 4)}" font-weight="600" fill="${colour}">${escaped(label)}</text>`,
  ];
}

function horizontal(y: number, value: number): string {
  return `<line x1="${area.left}" x2="${area.right}" y1="${short(y)}" y2="${short(y)}" stroke="#e4e1dc"/><text x="${area.left - 10}" y="${short(y + 4)}" text-anchor="end">${value}</text>`;
}

function vertical(x: number, value: number): string {
  return `<line x1="${short(x)}" x2="${short(x)}" y1="${area.bottom}" y2="${area.bottom + 6}" stroke="#9a9da3"/><text x="${short(x)}" y="${area.bottom + 25}" text-anchor="middle">${thousands(value)}</text>`;
}

/** Whole steps of 1, 2 or 5 at the ends, so that every point lies inside. */
function ticksAround(values: readonly number[]): number[] {
  const ticks = logarithmicTicks(1, 1e9);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const first = ticks.findLast((tick) => tick <= least) ?? 1;
  const last = ticks.find((tick) => tick >= most && tick > first) ?? 10;
  return logarithmicTicks(first, last);
}

function logarithmicTicks(from: number, to: number): number[] {
  const all = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power));
  return all.flat().filter((tick) => tick >= from && tick <= to);
}

/** From 0 to at least the greatest value, in four to eight round steps. */
function linearTicks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most || 1));
  const step =
    [0.1, 0.2, 0.5, 1, 2].map((part) => part * power).find((s) => most / s <= 8) ?? power;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** Moves labels that would lie on each other down, in the order of their heights. */
function apart(heights: readonly number[]): number[] {
  const result = [...heights];
  const order = heights
    .map((_, index) => index)
    .toSorted((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  let free = 0;
  for (const index of order) {
    const y = Math.max(heights[index] ?? 0, free);
    result[index] = y;
    free = y + labelHeight;
  }
  return result;
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Short enough for the ticks of a narrow picture: 200,000 is "200k". */
function thousands(value: number): string {
  return value < 1_000 ? String(value) : `${value / 1_000}k`;
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
