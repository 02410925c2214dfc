import type { CallRoute } from "./call-route.ts";
import type { IceCandidate } from "./description.ts";
import { limits } from "./limits.ts";
import {
  isAddress,
  isIceText,
  isLocalName,
  isNumber,
  isReachable,
  isUnspecified,
} from "./sdp-fields.ts";

/** Whether text that goes to, or came from, the other side of a call may be used. */
export type Checked = { allowed: true } | { allowed: false; problem: string };

interface Candidate {
  type: "host" | "srflx" | "prflx" | "relay";
  address: string;
}

/** RFC 8839 §5.1: extensions that browsers write, each a name and a value. */
const extensions = new Set(["generation", "ufrag", "network-id", "network-cost"]);

/**
 * A trickled candidate, asked by the sender, the server and the receiver. In a relayed call only
 * what the relay gave out may pass, in a direct one every type (docs/decisions/0040).
 * A problem names what is wrong and never repeats the text: it may be logged.
 */
export function checkCandidate({ candidate }: IceCandidate, route: CallRoute): Checked {
  // RFC 8838 §8.1: the end of candidates.
  if (candidate === "") return { allowed: true };
  const read = route === "direct" ? readCandidate(candidate) : readRelayCandidate(candidate);
  return "problem" in read
    ? { allowed: false, problem: `candidate: ${read.problem}` }
    : { allowed: true };
}

/**
 * Reads a `candidate` attribute, RFC 8839 §5.1, that may stand in every call.
 *
 * @param attribute without `a=`: `candidate:1 1 udp 58597375 192.0.2.7 49152 typ relay ...`
 */
export function readRelayCandidate(attribute: string): Candidate | { problem: string } {
  const read = readCandidate(attribute);
  if ("problem" in read || read.type === "relay") return read;
  return { problem: "not a relayed address" };
}

/** Reads one that may stand in a direct call. */
function readCandidate(attribute: string): Candidate | { problem: string } {
  if (attribute.length > limits.candidateCharactersMax) return { problem: "too long" };
  const [name = "", component, transport, priority, address = "", port = "", word, type, ...rest] =
    attribute.split(" ");
  if (!name.startsWith("candidate:") || !isIceText(name.slice("candidate:".length), 1, 32)) {
    return { problem: "no foundation" };
  }
  if (component !== "1" && component !== "2") return { problem: "another component" };
  // Firefox writes UDP. A relayed address is UDP whatever leads to the relay (RFC 8656 §3.1).
  if (transport !== "udp" && transport !== "UDP") return { problem: "another transport than UDP" };
  if (!isNumber(priority ?? "", 2 ** 32 - 1)) return { problem: "no priority" };
  if (!isNumber(port, 65_535)) return { problem: "no port" };
  if (word !== "typ") return { problem: "no type" };
  if (!isType(type)) return { problem: "not a type of address" };
  const problem = addressProblem(type, address) ?? restProblem(type, rest, address, port);
  return problem === null ? { type, address } : { problem };
}

function isType(type: string | undefined): type is Candidate["type"] {
  return type === "host" || type === "srflx" || type === "prflx" || type === "relay";
}

/** The receiving browser sends to what stands here, so it is not to be its own machine. */
function addressProblem(type: Candidate["type"], address: string): string | null {
  // Before a browser may use the microphone it hides its own address in a name.
  if (type === "host" && isLocalName(address)) return null;
  if (!isAddress(address) || isUnspecified(address)) return "no address";
  return type === "relay" || isReachable(address) ? null : "an address that nobody else reaches";
}

/** What may follow the type: a related address, then extensions. */
function restProblem(
  type: Candidate["type"],
  rest: string[],
  address: string,
  port: string,
): string | null {
  let at = 0;
  if (rest[0] === "raddr") {
    const [, related = "", word, relatedPort] = rest;
    if (word !== "rport") return "a related address without a port";
    // Chromium writes the unspecified address, Firefox repeats the relayed one. Any other is
    // where the browser stands behind its relay or router; the other one has no use for it.
    const isHidden = isUnspecified(related) && (relatedPort === "0" || relatedPort === "9");
    const isOwn =
      type === "relay" && related === address && (relatedPort === port || relatedPort === "0");
    if (!isHidden && !isOwn) return "a related address that shows something";
    at = 4;
  }
  const seen = new Set<string>();
  for (; at < rest.length; at += 2) {
    const name = rest[at] ?? "";
    if (!extensions.has(name) || seen.has(name)) return "an extension that is not allowed";
    if (!isIceText(rest[at + 1] ?? "", 1, 256)) return "an extension without a value";
    seen.add(name);
  }
  return null;
}
