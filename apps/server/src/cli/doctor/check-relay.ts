import { type RelayProbe, probeRelay } from "@ringfence/relay";
import type { Config } from "../../config.ts";
import type { DoctorAnswer } from "../../http/doctor-route.ts";
import { type Finding, good, fault, warning } from "./finding.ts";

/** Asks the relay for an allocation over each way that browsers are given. */
export async function checkRelay(
  { relayUrls }: Config,
  answer: DoctorAnswer | undefined,
): Promise<Finding[]> {
  if (answer === undefined) return [];
  if (answer.probes.length === 0) return [noRelay()];
  const isNamed = relayUrls !== undefined;
  const asked = answer.probes.flatMap(({ urls, ...credential }) =>
    urls.map(async (url) => judgeProbe(url, await probeRelay({ url, ...credential }), isNamed)),
  );
  return [...countRelays(answer), ...(await Promise.all(asked))];
}

/** Where there are several: a machine with one hears of it by the lines that follow. */
function countRelays({ relaysByGroup }: DoctorAnswer): Finding[] {
  // In an order that does not change from one run to the next.
  const groups = Object.entries(relaysByGroup).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const count = groups.reduce((sum, [, relays]) => sum + relays, 0);
  if (count < 2) return [];
  const named = groups.map(([group, relays]) =>
    group === "" ? `${relays} in no group` : `${relays} in the group ${group}`,
  );
  return [good("relay", `${count} relays are connected: ${named.join(", ")}.`)];
}

function noRelay(): Finding {
  return fault(
    "relay",
    "No relay that takes calls is connected to the server, so nobody can call.",
    "Look into the log for what keeps the relay from running, then start the server again. Relays on other machines need the RELAY_SECRET of this server, and a RELAY_CONTROL that leads to it.",
  );
}

const ways = { udp: "UDP", tcp: "TCP", tls: "TLS" } as const;

function wayOf(url: string): keyof typeof ways {
  if (/^turns:/i.test(url)) return "tls";
  return /transport=tcp$/i.test(url) ? "tcp" : "udp";
}

function judgeProbe(url: string, outcome: RelayProbe, isNamed: boolean): Finding {
  const way = wayOf(url);
  const place = url.replace(/^turns?:/i, "").replace(/\?.*$/, "");
  const name = `The relay at ${place} over ${ways[way]}`;
  switch (outcome.outcome) {
    case "allocated": {
      const answers = `${name} answers in ${Math.round(outcome.roundTripMs)} ms`;
      if (outcome.isClosed) return good("relay", `${answers}.`);
      return warning(
        "relay",
        `${answers}, and is another program than Ringfence's: ${lostWithAnother}`,
        "Use `ringfence relay` where you can. docs/operations.md says what to forbid the other one.",
      );
    }
    case "refused":
      return outcome.code === 401 || outcome.code === 441
        ? fault(
            "relay",
            `${name} does not take the credentials of this server (${outcome.code}).`,
            isNamed
              ? "Its secret is another than RELAY_SECRET here, or its clock is off, or, being a `ringfence relay`, it is not connected to this server."
              : "Its RELAY_SECRET is another than this server's, or its clock is off, or it is not connected to this server.",
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

const lostWithAnother =
  "it can be made to send to addresses in your network, lets media pass before a call is accepted, and does not hear when a call ends.";

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
