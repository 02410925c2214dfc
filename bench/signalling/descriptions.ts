import { readFileSync } from "node:fs";
import { join } from "node:path";

const fixtures = join(import.meta.dirname, "../../packages/protocol/fixtures");

/**
 * What a browser says of an audio call, about 2 kB: Chromium's own, without its section of video and
 * with every way to the relay, as the client sends it.
 */
export const descriptions = { offer: audioOf("offer"), answer: audioOf("answer") };

function audioOf(which: "offer" | "answer"): string {
  const made = readFileSync(join(fixtures, `chromium-156-${which}.sdp`), "utf8");
  const sections = made.replaceAll("\n", "\r\n").split(/(?=^m=)/m);
  return sections
    .filter((section) => !section.startsWith("m=video"))
    .join("")
    .replace("BUNDLE 0 1 2", "BUNDLE 0 2")
    .replace(/o=\S+ (.*) IN IP4 \S+/, "o=- $1 IN IP4 0.0.0.0")
    .replaceAll(/c=IN IP4 \S+/g, "c=IN IP4 0.0.0.0")
    .replace(/a=candidate:.*\r\n/, overEveryTransport);
}

/** A browser that reaches the relay by UDP, TCP and TLS has a candidate of each. */
function overEveryTransport(candidate: string): string {
  const port = Number(/ (\d+) typ/.exec(candidate)?.[1]);
  const others = [1, 2].map((n) => candidate.replace(` ${port} typ`, ` ${port + n} typ`));
  return [candidate, ...others].join("");
}
