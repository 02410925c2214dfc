/** A piece of a message: words, or an address to open. */
export type TextPart = { type: "text"; text: string } | { type: "link"; text: string; url: string };

const candidate = /https?:\/\/[^\s<>"']+/giu;
/** Punctuation at the end belongs to the sentence. */
const sentenceEnd = /[.,;:!?…]/u;

/**
 * Splits text at its web addresses. Only `http` and `https` become links, so that nothing a person
 * writes can run in the reader's page.
 */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const address = withoutSentence(match[0]);
    if (!URL.canParse(address)) continue;
    if (match.index > end) parts.push({ type: "text", text: text.slice(end, match.index) });
    parts.push({ type: "link", text: address, url: new URL(address).href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ type: "text", text: text.slice(end) });
  return parts;
}

/** "(see https://example.org/a)" ends before the bracket, "https://example.org/a_(b)" does not. */
function withoutSentence(address: string): string {
  let surplus = address.split(")").length - address.split("(").length;
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (last === ")" && surplus > 0) surplus--;
    else if (!sentenceEnd.test(last)) break;
  }
  return address.slice(0, end);
}
