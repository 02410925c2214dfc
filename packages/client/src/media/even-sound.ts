import { warmOffer } from "./warm-offer.ts";

/** What sends packets of one size, whatever is heard: Opus where it is told to, G.722 by its nature. */
type EvenCodec = "opus" | "g722";

/** As `a=rtpmap` has them (RFC 7587 §7, RFC 3551 §4.5.2); one channel may be written out. */
const maps = { opus: /^opus\/48000\/2$/i, g722: /^g722\/8000(?:\/1)?$/i } as const;

/** Numbers packets across sound and pictures, by which the rate is found, and says no more. */
const evenExtension = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/**
 * Makes a description one by which sound is sent without saying anything by its packets: all have one
 * size and follow each other at one pace, in speech, music and silence. Whoever counts encrypted packets
 * could else tell who speaks, and by and by what.
 *
 * Opus at a constant rate and without pauses (RFC 7587 §6.1, `cbr` and `usedtx`; it is the receiver who
 * says it, and the sender who does it), or G.722, and nothing beside them: what comes with the others
 * falls silent by packets of its own (RFC 3389). No header tells how loud it is (RFC 6464, 6465), and none
 * is only there for a while (RFC 9143 §15).
 *
 * A client does this to what it sends, so that the other side knows, and to what it takes, which is what
 * its own browser goes by.
 *
 * @param first which of the two this browser sends, where the other side has both
 */
export function evenOutSound(sdp: string, first: EvenCodec = "opus"): string {
  const [session = "", ...sections] = sdp.split(/^(?=m=)/m);
  return session + sections.map((section) => evenOutSection(section, first)).join("");
}

function evenOutSection(section: string, first: EvenCodec): string {
  const [media = "", ...attributes] = section.trimEnd().split("\r\n");
  const [kind, port, protocol] = media.split(" ");
  // A section that is refused sends nothing.
  if (kind !== "m=audio" || port === "0") return section;
  const opus = formatsOf(attributes, "opus");
  const g722 = formatsOf(attributes, "g722");
  const formats = first === "opus" ? [...opus, ...g722] : [...g722, ...opus];
  const lines = [
    [kind, port, protocol, ...formats].join(" "),
    ...attributes.filter((line) => isEven(line, formats) && !opus.some((one) => says(one, line))),
    ...opus.map((format) => `a=fmtp:${format} ${constantRate(format, attributes)}`),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function formatsOf(attributes: readonly string[], codec: EvenCodec): string[] {
  return attributes.flatMap((line) => {
    const [, format = "", map = ""] = /^a=rtpmap:(\d+) (\S+)$/.exec(line) ?? [];
    return maps[codec].test(map) ? [format] : [];
  });
}

function isEven(line: string, formats: readonly string[]): boolean {
  if (line.startsWith("a=extmap:")) return line.split(" ")[1] === evenExtension;
  const format = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
  return format === undefined || formats.includes(format);
}

/** Whether a line has the parameters of a format. */
function says(format: string, line: string): boolean {
  return line.startsWith(`a=fmtp:${format} `);
}

/** What else was said of a format stays as it is. */
function constantRate(format: string, attributes: readonly string[]): string {
  const said = attributes.filter((line) => says(format, line));
  const parameters = said.flatMap((line) => line.slice(line.indexOf(" ") + 1).split(";"));
  const others = parameters.filter((one) => !/^\s*(?:cbr|usedtx)\s*=/i.test(one));
  return [...others, "cbr=1", "usedtx=0"].join(";");
}

let chosen: Promise<EvenCodec> | undefined;

/**
 * What this browser sends sound with, tried once for each page. Firefox 153 does not read `cbr`, and drops it from a description
 * that it was given; such a browser sends G.722.
 */
export function chooseEvenCodec(): Promise<EvenCodec> {
  chosen ??= tryConstantRate();
  return chosen;
}

async function tryConstantRate(): Promise<EvenCodec> {
  const connection = new RTCPeerConnection();
  try {
    const sdp = warmOffer(nobodysIce);
    await connection.setRemoteDescription({ type: "offer", sdp });
    return connection.remoteDescription?.sdp.includes("cbr=1") === true ? "opus" : "g722";
  } catch {
    return "g722";
  } finally {
    connection.close();
  }
}

const nobodysIce = { ufrag: "none", pwd: "nobodynobodynobodynobody" };
