/**
 * A document whose frame is written by hand and whose figures are generated. The figures stand
 * between two comments that carry their name; everything else is left as it is.
 *
 * @module
 */

/**
 * Puts new figures between the marks of a name.
 *
 * @throws Error when the document does not have exactly one place for them
 */
export function replaceFigures(document: string, name: string, figures: string): string {
  const begin = `<!-- figures: ${name} -->\n`;
  const end = `<!-- end of figures: ${name} -->`;
  const [before, rest, ...others] = document.split(begin);
  const [, ...after] = rest?.split(end) ?? [];
  if (before === undefined || others.length > 0 || after.length !== 1) {
    throw new Error(`The document needs one place for the figures \`${name}\`: ${begin}${end}`);
  }
  return `${before}${begin}${figures.trim()}\n${end}${after.join("")}`;
}

/** A cell of a table; a number is aligned to the right. */
export type Cell = string | number;

/**
 * A Markdown table; nothing where there are no rows. Columns of nothing but figures are aligned to
 * the right.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "";
  const texts = rows.map((row) => row.map(String));
  const rule = head.map((_, column) => {
    const isNumeric = texts.every((row) => /^[\d–][\d.,–]*$/.test(row[column] ?? ""));
    return isNumeric ? "---:" : "---";
  });
  return [head, rule, ...texts].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** 1234567.8 with one digit is "1,234,567.8". */
export function digits(value: number, fraction = 0): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
}

/** What stands for a figure that there is not. */
export const nothing = "–";
