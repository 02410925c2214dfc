import { describe, expect, it } from "vitest";
import { linkify } from "./linkify.ts";

function linksIn(text: string): string[] {
  return linkify(text).flatMap((part) => (part.type === "link" ? [part.text] : []));
}

describe("links in a message", () => {
  it("keep every character of the text", () => {
    const text = "See https://example.org/a?b=c#d, then (http://example.net). Bye!";
    expect(
      linkify(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });

  it("end before the punctuation of the sentence", () => {
    expect(linksIn("Is it https://example.org/a?")).toEqual(["https://example.org/a"]);
    expect(linksIn("(see https://example.org/a).")).toEqual(["https://example.org/a"]);
  });

  it("keep brackets that are their own", () => {
    expect(linksIn("https://example.org/a_(b)")).toEqual(["https://example.org/a_(b)"]);
  });

  it("are only made of http and https", () => {
    expect(linksIn("javascript:alert(1) data:text/html,x ftp://example.org")).toEqual([]);
  });

  it("are not made of what no browser could open", () => {
    expect(linksIn("http:// and https://%")).toEqual([]);
  });

  it("take time in proportion to a message of nothing but brackets", () => {
    const started = performance.now();
    linkify(`https://example.org/${")".repeat(3_900)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
