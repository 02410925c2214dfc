import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Config } from "../../config.ts";
import type { DoctorAnswer } from "../../http/doctor-route.ts";
import { isLoopback } from "../../loopback.ts";
import { plainHostname } from "../../plain-hostname.ts";
import { originOf } from "../origin-of.ts";
import { type ServerOutcome, askServer } from "./ask-server.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

/** What was found at the address that people type. */
export interface WebFound {
  readonly findings: readonly Finding[];
  /** Whether something answered there over HTTP. */
  readonly isReached: boolean;
  /** The `Date` of that answer, where it came from this server. */
  readonly date: string | undefined;
}

const nothing: WebFound = { findings: [], isReached: false, date: undefined };

/**
 * Goes to the address that people type, as their browsers do, and sees who answers and what a proxy
 * in between makes of a request.
 *
 * @param isRunning whether the server itself was found on this machine
 */
export async function checkWeb(
  config: Config,
  secret: string | undefined,
  isRunning: boolean,
): Promise<WebFound> {
  if (secret === undefined || !isRunning) return nothing;
  const origin = originOf(config);
  const { hostname } = new URL(origin);
  const address = await checkName(hostname);
  if (address?.level === "fault") return { ...nothing, findings: [address] };
  const named = address === undefined ? [] : [address];
  const asked = await askServer(origin, secret, { asOrigin: origin });
  if (asked.outcome === "failed") {
    return { ...nothing, findings: [...named, unreachable(origin, asked.code)] };
  }
  if (asked.outcome === "stranger") {
    const stranger = judgeStranger(origin, asked.http);
    return { ...nothing, isReached: true, findings: [...named, stranger] };
  }
  const { answer, date, tookMs } = asked;
  const reached = good("web", `${origin} leads to this server, in ${Math.round(tookMs)} ms.`);
  return {
    isReached: true,
    date,
    findings: [...named, reached, ...judgeProxy(config, origin, answer.seen)],
  };
}

/** Whether the name leads anywhere. An address, and this machine's own name, need no look. */
async function checkName(hostname: string): Promise<Finding | undefined> {
  const name = plainHostname(hostname);
  if (isIP(name) !== 0 || isLoopback(name)) return undefined;
  try {
    const found = await lookup(name, { all: true });
    return good("address", `${name} leads to ${found.map(({ address }) => address).join(", ")}.`);
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return fault(
      "address",
      `The name ${name} of PUBLIC_ORIGIN leads nowhere (${code}).`,
      "Correct PUBLIC_ORIGIN, or have the name lead to this server: an A or AAAA record where you manage the domain.",
    );
  }
}

const hairpin =
  "If people elsewhere do reach it, your router does not lead back to itself, and this is no fault.";

function unreachable(origin: string, code: string): Finding {
  const url = new URL(origin);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  switch (code) {
    case "ECONNREFUSED":
      return fault(
        "web",
        `Nothing answers at ${origin}: TCP port ${port} is closed there.`,
        `Start the reverse proxy, or correct the port in PUBLIC_ORIGIN (this server itself listens on PORT), or forward port ${port} to this machine. ${hairpin}`,
      );
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return fault(
        "web",
        `Nothing comes back from ${origin} (${code}): a firewall drops what is sent to TCP port ${port}.`,
        `Open TCP port ${port} in the firewall of this machine, and at your hoster or router. ${hairpin}`,
      );
    default:
      return fault(
        "web",
        `${origin} answers nothing that HTTP understands (${code}).`,
        "Look whether PUBLIC_ORIGIN begins with the right one of http: and https:, and what listens there.",
      );
  }
}

function judgeStranger(
  origin: string,
  { status, headers }: Extract<ServerOutcome, { outcome: "stranger" }>["http"],
): Finding {
  if (status >= 502 && status <= 504) {
    return fault(
      "web",
      `The proxy at ${origin} does not reach this server (${status}).`,
      "Point it to the PORT of this server, over HTTP unless TLS_CERT is set.",
    );
  }
  const target = URL.parse(headers.location ?? "", origin);
  if (status >= 300 && status < 400 && target !== null) {
    return fault(
      "web",
      `${origin} sends people on to ${target.origin} (${status}).`,
      `Set PUBLIC_ORIGIN=${target.origin} if that is where this server is.`,
    );
  }
  return fault(
    "web",
    `Something else than this server answers at ${origin} (${status}).`,
    "Correct PUBLIC_ORIGIN, or have the proxy hand every path on to this server with its Authorization header.",
  );
}

/** What a proxy made of the request on its way. */
function judgeProxy({ trustProxy }: Config, origin: string, seen: DoctorAnswer["seen"]): Finding[] {
  const { host, protocol } = new URL(origin);
  const scheme = protocol.slice(0, -1);
  const found: Finding[] = [];
  if (seen.origin !== origin) {
    found.push(
      fault(
        "proxy",
        `A proxy makes Origin: ${seen.origin ?? "nothing"} of what browsers send, so nobody can sign in.`,
        "Have it hand the header Origin on as it is.",
      ),
    );
  }
  if (seen.isForwarded && trustProxy === false) {
    found.push(
      fault(
        "proxy",
        "A reverse proxy stands in front, but TRUST_PROXY is 0: all people count as one, and are refused together.",
        "Set TRUST_PROXY=1.",
      ),
    );
  }
  const isTrusting = trustProxy !== false;
  if (isTrusting && seen.isForwarded && !seen.isFromProxy) {
    found.push(
      fault(
        "proxy",
        "TRUST_PROXY does not believe the proxy in front, by the address that it comes from: all people count as one, and are refused together.",
        "Set TRUST_PROXY to the addresses from which the proxy comes, with commas; 1 is for one on this machine or in a private network.",
      ),
    );
  }
  if (isTrusting && !seen.forwardedFor) {
    found.push(
      fault(
        "proxy",
        "TRUST_PROXY is set, but nothing in front says for whom it asks (X-Forwarded-For): anybody could claim to be anybody.",
        "Set TRUST_PROXY=0 where there is no proxy; otherwise have it set X-Forwarded-For.",
      ),
    );
  }
  if (isTrusting && seen.forwardedFor && seen.forwardedProto !== scheme) {
    found.push(
      fault(
        "proxy",
        seen.forwardedProto === null
          ? "The proxy does not say whether people come over https or http: X-Forwarded-Proto is missing."
          : `The proxy says that people come over ${seen.forwardedProto}, and PUBLIC_ORIGIN says ${scheme}.`,
        `Have it set X-Forwarded-Proto to ${scheme}.`,
      ),
    );
  }
  if (seen.host !== host) {
    found.push(
      warning(
        "proxy",
        `The proxy asks this server for ${seen.host ?? "no host"} in place of ${host}.`,
        "Have it hand the header Host on.",
      ),
    );
  }
  if (found.length > 0 || !seen.isForwarded) return found;
  return [good("proxy", "A reverse proxy hands requests on as it should.")];
}
