import { limits } from "./limits.ts";

/** One media section of a description: its `m=` line and what follows it. */
export interface Section {
  /** The number of the `m=` line, counted from 1. */
  line: number;
  /** The value of the `m=` line. */
  media: string;
  /** Values of the `c=` lines. */
  connections: string[];
  attributes: Attribute[];
}

export interface Attribute {
  line: number;
  name: string;
  /** null where there is no colon, as in `a=rtcp-mux`. */
  value: string | null;
}

export interface Lines {
  /** The value of the `o=` line. */
  origin: string;
  attributes: Attribute[];
  sections: Section[];
}

/**
 * Takes a description apart into lines (RFC 8866 §5), strictly: what a lenient parser would skip,
 * and another might read, is a problem here.
 */
export function readLines(sdp: string): Lines | { problem: string } {
  if (sdp.length > limits.descriptionBytesMax) return { problem: "too long" };
  if (!sdp.endsWith("\r\n")) return { problem: "the last line does not end" };
  const texts = sdp.slice(0, -2).split("\r\n");
  if (texts.length > limits.descriptionLinesMax) return { problem: "too many lines" };
  const [version, origin = "", name, time, ...body] = texts;
  if (version !== "v=0" || !origin.startsWith("o=") || name !== "s=-" || time !== "t=0 0") {
    return { problem: "does not begin with v, o, s and t" };
  }
  const lines: Lines = { origin: origin.slice(2), attributes: [], sections: [] };
  if (!isPlain(origin)) return { problem: "line 2: unprintable or too long" };
  for (const [index, text] of body.entries()) {
    const problem = addLine(lines, text, index + 5);
    if (problem !== null) return { problem: `line ${index + 5}: ${problem}` };
  }
  return lines;
}

function addLine(lines: Lines, text: string, line: number): string | null {
  if (!isPlain(text)) return "unprintable or too long";
  const value = text.slice(2);
  const section = lines.sections.at(-1);
  switch (text.slice(0, 2)) {
    case "m=":
      if (lines.sections.length >= limits.mediaSectionsMax) return "too many media sections";
      lines.sections.push({ line, media: value, connections: [], attributes: [] });
      return null;
    case "c=":
      if (section === undefined) return "a connection outside a media section";
      section.connections.push(value);
      return null;
    case "a=":
      (section ?? lines).attributes.push(readAttribute(value, line));
      return null;
    default:
      return "a type of line that is not allowed";
  }
}

function readAttribute(text: string, line: number): Attribute {
  const colon = text.indexOf(":");
  if (colon < 0) return { line, name: text, value: null };
  return { line, name: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** Printable ASCII, as browsers write it. This refuses a lone CR or LF, NUL and look-alikes. */
function isPlain(text: string): boolean {
  return text.length <= limits.descriptionLineCharactersMax && /^[ -~]*$/.test(text);
}
