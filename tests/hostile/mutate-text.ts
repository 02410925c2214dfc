import type { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";

type Mutation = (lines: string[], random: RandomSource) => string[];

/** What whoever attacks a parser does to the lines of a text that it takes. */
const mutations: readonly [Mutation, ...Mutation[]] = [
  // A line is gone, there twice, or elsewhere.
  (lines, random) => lines.toSpliced(place(lines, random), 1),
  (lines, random) => {
    const at = place(lines, random);
    return lines.toSpliced(at, 0, lines[at] ?? "");
  },
  (lines, random) => {
    const [taken = ""] = lines.slice(place(lines, random));
    return lines.toSpliced(place(lines, random), 0, taken);
  },
  // A character is another one, as far from a letter as may be.
  (lines, random) =>
    inLine(lines, random, (line, at) => line.slice(0, at) + oddity(random) + line.slice(at + 1)),
  (lines, random) => inLine(lines, random, (line, at) => line.slice(0, at)),
  (lines, random) => inLine(lines, random, (line) => line.repeat(random.between(2, 40))),
  // A number is one that does not fit.
  (lines, random) => inLine(lines, random, (line) => line.replace(/\d+/, random.pick(numbers))),
  // A line of somebody's own.
  (lines, random) => lines.toSpliced(place(lines, random), 0, random.pick(strangeLines)),
];

const oddities = ["\0", "\r", "\n", " ", ":", "\u202e", "\ud800", "é", "/", "=", "\x7f"] as const;
const numbers = ["-1", "0", "65536", "4294967296", "1e9", "9".repeat(40), "NaN", "0x10"] as const;
const strangeLines = [
  "a=candidate:1 1 udp 2122260223 203.0.113.9 5000 typ host",
  "a=candidate:1 1 udp 1686052607 203.0.113.9 5000 typ srflx raddr 192.168.1.2 rport 5000",
  "a=candidate:1 1 udp 58597375 192.0.2.7 5000 typ relay raddr 203.0.113.9 rport 5000",
  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
  "a=fingerprint:sha-1 AB:CD",
  "a=remote-candidates:1 203.0.113.9 5000",
  "a=identity:eyJpZHAi",
  "c=IN IP4 203.0.113.9",
  "i=\u0007",
  "m=audio 9 RTP/AVP 0",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "a=simulcast:send 1;2;3",
  "a=x-google-flag:conference",
  "",
] as const;

/** A text with one to three mutations; lines end as RFC 8866 §5 has it. */
export function mutateText(text: string, random: RandomSource): string {
  let lines = text.split("\r\n");
  for (let count = random.between(1, 3); count > 0; count--) {
    lines = random.pick(mutations)(lines, random);
  }
  return lines.join("\r\n");
}

function place(lines: readonly string[], random: RandomSource): number {
  return random.between(0, lines.length - 1);
}

function oddity(random: RandomSource): string {
  return random.pick(oddities);
}

function inLine(
  lines: string[],
  random: RandomSource,
  change: (line: string, at: number) => string,
): string[] {
  const index = place(lines, random);
  const line = lines[index] ?? "";
  return lines.with(index, change(line, random.between(0, line.length)));
}
