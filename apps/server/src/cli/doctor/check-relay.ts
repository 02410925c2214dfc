import { type RelayProbe, probeRelay } from "@ringfence/relay";
import type { Config } from "../../config.ts";
import type { DoctorAnswer } from "../../http/doctor-route.ts";
import { type Finding, good, fault } from "./finding.ts";

/** Asks the relay for an allocation over each way that browsers are given. */
export async function checkRelay(
  { relayUrls }: Config,
  answer: DoctorAnswer | undefined,
): Promise<Finding[]> {
  if (answer === undefined) return [];
  if (answer.relay === null) return [noRelay(relayUrls !== undefined)];
  const { urls, username, credential } = answer.relay;
  const probes = urls.map((url) => probeRelay({ url, username, credential }));
  const outcomes = await Promise.all(probes);
  return outcomes.map((outcome, index) => judgeProbe(urls[index] ?? "", outcome));
}

function noRelay(isOwn: boolean): Finding {
  return fault(
    "relay",
    "No relay is connected to the server, so nobody can call.",
    isOwn
      ? "Look into the log of your relays: their RELAY_SECRET must be that of this server, and their RELAY_CONTROL must lead to it."
      : "Look into the log for what keeps the relay from running, then start the server again.",
  );
}

const ways = { udp: "UDP", tcp: "TCP", tls: "TLS" } as const;

function wayOf(url: string): keyof typeof ways {
  if (/^turns:/i.test(url)) return "tls";
  return /transport=tcp$/i.test(url) ? "tcp" : "udp";
}

function judgeProbe(url: string, outcome: RelayProbe): Finding {
  const way = wayOf(url);
  const place = url.replace(/^turns?:/i, "").replace(/\?.*$/, "");
  const name = `The relay at ${place} over ${ways[way]}`;
  switch (outcome.outcome) {
    case "allocated":
      return good("relay", `${name} answers in ${Math.round(outcome.roundTripMs)} ms.`);
    case "refused":
      return outcome.code === 401 || outcome.code === 441
        ? fault(
            "relay",
            `${name} does not take the credentials of this server (${outcome.code}).`,
            "Its RELAY_SECRET is another than this server's, or its clock is off, or it is not connected to this server.",
          )
        : fault(
            "relay",
            `${name} refuses (${outcome.code}).`,
            "It may be full, or about to end: look into its log.",
          );
    case "silent":
      return fault("relay", `${name} does not answer: ${lost[way]}`, open(place, way));
    case "unreachable":
      return fault(
        "relay",
        `${name} cannot be reached (${outcome.code}): ${lost[way]}`,
        open(place, way),
      );
  }
}

/** What people notice. */
const lost = {
  udp: "calls take TCP instead and stutter, or fail.",
  tcp: "people whose network blocks UDP cannot call.",
  tls: "people whose network lets only HTTPS through cannot call.",
} as const;

function open(place: string, way: keyof typeof ways): string {
  const protocol = way === "udp" ? "UDP" : "TCP";
  return `Open ${place.slice(place.lastIndexOf(":") + 1)} for ${protocol} in the firewall of that machine, and at your hoster or router, also beside a reverse proxy. If the relay is elsewhere, correct RELAY_URLS.`;
}
