import { type Checked, readRelayCandidate } from "./allowed-candidate.ts";
import { limits } from "./limits.ts";
import { isDigits, isIceText, isNumber, isToken, isUnspecified } from "./sdp-fields.ts";
import { type Attribute, type Lines, readLines, type Section } from "./sdp-lines.ts";

/**
 * What a description may hold (docs/decisions/0017), in a direct call too: what shows an address
 * is trickled there, after the accept (docs/decisions/0040). The sending client, the server and the
 * receiving client ask the same question, so that no bug of one of them shows where somebody is.
 * Everything that is not listed is refused: a browser that learns a new attribute is allowed it
 * here, after somebody has read what it says.
 */

type Shape = "flag" | "value";

const sessionAttributes = new Map<string, Shape>([
  ["group", "value"],
  ["extmap-allow-mixed", "flag"],
  ["msid-semantic", "value"],
  // Firefox writes these three for the whole description.
  ["fingerprint", "value"],
  ["ice-options", "value"],
  ["sendrecv", "flag"],
]);

const sectionAttributes = new Map<string, Shape>([
  ["bundle-only", "flag"],
  ["candidate", "value"],
  ["end-of-candidates", "flag"],
  ["extmap", "value"],
  ["extmap-allow-mixed", "flag"],
  ["fingerprint", "value"],
  ["fmtp", "value"],
  ["ice-options", "value"],
  ["ice-pwd", "value"],
  ["ice-ufrag", "value"],
  ["inactive", "flag"],
  ["max-message-size", "value"],
  ["maxptime", "value"],
  ["mid", "value"],
  ["msid", "value"],
  ["ptime", "value"],
  ["recvonly", "flag"],
  ["rtcp", "value"],
  ["rtcp-fb", "value"],
  ["rtcp-mux", "flag"],
  ["rtcp-mux-only", "flag"],
  ["rtcp-rsize", "flag"],
  ["rtcp-xr", "value"],
  ["rtpmap", "value"],
  ["sctp-port", "value"],
  ["sendonly", "flag"],
  ["sendrecv", "flag"],
  ["setup", "value"],
  ["ssrc", "value"],
  ["ssrc-group", "value"],
]);

/** At most once in a section: of two, two readers may each believe another. */
const onceInSection = ["fingerprint", "ice-pwd", "ice-ufrag", "mid", "rtcp", "setup"];

/** The two of video are the camera and the screen. */
const sectionsMax = new Map([
  ["audio", 1],
  ["video", 2],
  ["application", 1],
]);

/** RFC 8122 §5: the hash, and how many bytes it has. No weaker one than browsers use. */
const fingerprintBytes = new Map([
  ["sha-256", 32],
  ["sha-384", 48],
  ["sha-512", 64],
]);

/** A problem names the line and never repeats its text: it may be logged. */
export function checkDescription(sdp: string): Checked {
  const lines = readLines(sdp);
  if ("problem" in lines) return { allowed: false, problem: lines.problem };
  const problem =
    attributesProblem(lines.attributes, sessionAttributes) ??
    firstProblem(lines.sections, (section) =>
      attributesProblem(section.attributes, sectionAttributes),
    ) ??
    addressesProblem(lines) ??
    firstProblem(lines.sections, mediaProblem) ??
    bundleProblem(lines);
  return problem === null ? { allowed: true } : { allowed: false, problem };
}

function attributesProblem(attributes: Attribute[], allowed: Map<string, Shape>): string | null {
  return firstProblem(attributes, ({ line, name, value }) => {
    const shape = allowed.get(name);
    if (shape === undefined) return `line ${line}: an attribute that is not allowed`;
    if ((shape === "flag") !== (value === null)) return `line ${line}: not how ${name} is written`;
    return null;
  });
}

/** Every address is the unspecified one or belongs to a relay candidate of this description. */
function addressesProblem({ origin, sections }: Lines): string | null {
  const relayed = new Set<string>();
  let candidateCount = 0;
  for (const { line, attributes } of sections) {
    for (const value of valuesOf(attributes, "candidate")) {
      const read = readRelayCandidate(`candidate:${value}`);
      if ("problem" in read) return `line ${line}: candidate: ${read.problem}`;
      relayed.add(read.address);
      candidateCount += 1;
    }
  }
  if (candidateCount > limits.candidatesPerPartyMax) return "too many candidates";
  // Each is written `<network type> <address type> <address>`, RFC 8866 §5.2 and §5.7.
  const isSafe = (words: string[]) => {
    const [network, version, address = "", ...more] = words;
    if (network !== "IN" || more.length > 0 || (version !== "IP4" && version !== "IP6"))
      return false;
    return isUnspecified(address) || relayed.has(address);
  };
  const [user, id = "", revision = "", ...place] = origin.split(" ");
  if (user !== "-" || !isDigits(id) || !isDigits(revision) || !isSafe(place)) {
    return "line 2: an origin that shows something";
  }
  return firstProblem(sections, ({ line, connections, attributes }) => {
    const [connection, ...more] = connections;
    if (connection === undefined || more.length > 0 || !isSafe(connection.split(" "))) {
      return `line ${line}: not one connection that shows nothing`;
    }
    const rtcp = valuesOf(attributes, "rtcp")[0];
    if (rtcp === undefined) return null;
    const [port = "", ...rest] = rtcp.split(" ");
    // RFC 3605 §2.1: the address may be left out.
    if (isNumber(port, 65_535) && (rest.length === 0 || isSafe(rest))) return null;
    return `line ${line}: an rtcp address that shows something`;
  });
}

function mediaProblem({ line, media, attributes }: Section): string | null {
  const [kind, port = "", protocol, ...formats] = media.split(" ");
  const isRtp = (kind === "audio" || kind === "video") && protocol === "UDP/TLS/RTP/SAVPF";
  const isChannel = kind === "application" && protocol === "UDP/DTLS/SCTP";
  // Anything else is unencrypted, or keyed by the signalling (SDES).
  if (!isRtp && !isChannel) return `line ${line}: media that is not allowed`;
  if (!isNumber(port, 65_535)) return `line ${line}: no port`;
  const areFormats = isChannel
    ? formats.join(" ") === "webrtc-datachannel"
    : formats.length > 0 && formats.every((format) => isNumber(format, 127));
  if (!areFormats) return `line ${line}: formats that are not allowed`;
  const repeated = onceInSection.find((name) => valuesOf(attributes, name).length > 1);
  return repeated === undefined ? null : `line ${line}: ${repeated} more than once`;
}

/** One bundle (RFC 9143), so one transport with one set of ICE credentials and one fingerprint. */
function bundleProblem({ attributes, sections }: Lines): string | null {
  const live = sections.filter((section) => !isRejected(section));
  if (live.length === 0) return "no media";
  const kinds = sections.map((section) => section.media.split(" ")[0]);
  for (const [kind, max] of sectionsMax) {
    if (kinds.filter((one) => one === kind).length > max) return `too many sections of ${kind}`;
  }
  const mids = live.map((section) => valuesOf(section.attributes, "mid")[0] ?? "");
  if (!mids.every((mid) => isToken(mid, 16))) return "a section without mid";
  const group = valuesOf(attributes, "group");
  const [semantics, ...members] = group[0]?.split(" ") ?? [];
  const isWhole =
    group.length === 1 &&
    semantics === "BUNDLE" &&
    members.length === mids.length &&
    mids.every((mid) => members.includes(mid)) &&
    new Set(mids).size === mids.length;
  if (!isWhole) return "not one bundle of every section";
  return (
    oneValueProblem(live, "ice-ufrag", [], (value) =>
      isIceText(value, limits.iceUfragCharactersMin, limits.iceUfragCharactersMax),
    ) ??
    oneValueProblem(live, "ice-pwd", [], (value) =>
      isIceText(value, limits.icePwdCharactersMin, limits.icePwdCharactersMax),
    ) ??
    oneValueProblem(live, "fingerprint", valuesOf(attributes, "fingerprint"), isFingerprint)
  );
}

/** Every section says the same, or says nothing where the session or the first section did. */
function oneValueProblem(
  sections: Section[],
  name: string,
  ofSession: string[],
  isValid: (value: string) => boolean,
): string | null {
  const first = ofSession[0] ?? valuesOf(sections[0]?.attributes ?? [], name)[0];
  if (first === undefined || ofSession.length > 1) return `not one ${name}`;
  if (!isValid(first)) return `not how ${name} is written`;
  const others = sections.flatMap((section) => valuesOf(section.attributes, name));
  return others.every((value) => value === first) ? null : `more than one ${name}`;
}

function isFingerprint(value: string): boolean {
  const [hash = "", bytes = "", ...more] = value.split(" ");
  const pairs = bytes.split(":");
  return (
    more.length === 0 &&
    pairs.length === fingerprintBytes.get(hash) &&
    pairs.every((pair) => /^[0-9A-F]{2}$/.test(pair))
  );
}

/** RFC 9429 §5.3.1: port 0 refuses a section, unless it is only offered inside the bundle. */
function isRejected({ media, attributes }: Section): boolean {
  return media.split(" ")[1] === "0" && !attributes.some(({ name }) => name === "bundle-only");
}

function valuesOf(attributes: readonly Attribute[], name: string): string[] {
  const values: string[] = [];
  for (const attribute of attributes) {
    if (attribute.name === name && attribute.value !== null) values.push(attribute.value);
  }
  return values;
}

function firstProblem<T>(of: T[], find: (one: T) => string | null): string | null {
  for (const one of of) {
    const problem = find(one);
    if (problem !== null) return problem;
  }
  return null;
}
