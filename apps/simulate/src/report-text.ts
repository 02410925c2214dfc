import type { ProcessCost } from "./server-cost.ts";
import { outcomes } from "./mix.ts";
import type { SimulationReport } from "./report.ts";
import { type Wait, waits } from "./tally.ts";

/** It does all in one thread, which has no time left for more. */
const coresMax = 0.8;

const waitNames: Readonly<Record<Wait, string>> = {
  inviteToRing: "invite to ring",
  acceptToConnected: "accept to connected",
  acceptToMedia: "accept to sound",
  messageDelivery: "message delivered",
};

/** The report as a person reads it. */
export function reportText(report: SimulationReport): string {
  const { people, calls, messages, media, errors } = report;
  const ended = outcomes.map((name) => `${(calls as Record<string, number>)[name]} ${name}`);
  const lines = [
    `People   ${people.connected} of ${people.asked} connected`,
    `Calls    ${calls.begun} begun in ${calls.seconds} s, ${calls.perSecond} a second, at most ${calls.atOnceMax} at once`,
    `         ${ended.join(", ")}; ${calls.failed} failed, ${calls.cutShort} cut short, ${calls.notBegun} not begun because nobody was free`,
    `Messages ${messages.sent} sent, ${messages.delivered} delivered`,
    mediaLine(media),
    "",
    ...waitLines(report),
    "",
    ...costLines(report),
    simulatorLine(report),
    ...Object.entries(errors).map(([kind, count]) => `Error    ${kind}: ${count}`),
    people.left === 0
      ? "All accounts of the simulation are removed."
      : `${people.left} accounts of the simulation could not be removed: run \`ringfence simulate --clean\` with the same --target and ALLOW_SIMULATION.`,
  ];
  return lines.join("\n");
}

function mediaLine({
  calls,
  relayed,
  packetsReceived,
  packetsSent,
  relayPackets,
}: SimulationReport["media"]) {
  if (calls === 0) return "Sound    no call had any";
  const relay = relayPackets === null ? "" : `; the relay counted ${relayPackets}`;
  return `Sound    ${calls} calls, ${relayed} of them relayed at both ends; ${packetsReceived} of ${packetsSent} packets came${relay}`;
}

function waitLines({ waitsMs }: SimulationReport): string[] {
  const head = `${"Milliseconds".padEnd(22)}${["p50", "p95", "p99", "most", "times"].map((name) => name.padStart(9)).join("")}`;
  const rows = waits.map((name) => {
    const wait = waitsMs[name];
    if (wait === null || wait === undefined)
      return `${waitNames[name].padEnd(22)}${"none".padStart(9)}`;
    const cells = [wait.p50, wait.p95, wait.p99, wait.max].map((ms) => ms.toFixed(1));
    return `${waitNames[name].padEnd(22)}${[...cells, wait.count].map((cell) => String(cell).padStart(9)).join("")}`;
  });
  return [head, ...rows];
}

function costLines({ server }: SimulationReport): string[] {
  if (server === null) {
    return [
      "Server   It does not tell this machine what it takes: name METRICS_TOKEN by --metrics-token.",
    ];
  }
  const relay =
    server.relay === null
      ? ["Relay    It does not tell what it takes."]
      : costLine("Relay", server.relay);
  return [...costLine("Server", server.application), ...relay];
}

function simulatorLine({ simulator }: SimulationReport): string {
  const { cores, residentBytes } = simulator;
  const taken = `${Math.round(cores * 100)} % of a core and ${Math.round(residentBytes / 1e6)} MB`;
  const warning = cores > coresMax ? ": too much, so that part of the waits is its own" : "";
  return `${"Itself".padEnd(9)}${taken}${warning}`;
}

function costLine(name: string, cost: ProcessCost): string[] {
  const call = cost.cpuMsPerCall === null ? "" : `, ${cost.cpuMsPerCall} ms of CPU a call`;
  return [
    `${name.padEnd(9)}${cost.cpuMsPerPersonAndMinute} ms of CPU a minute and ${Math.round(cost.residentBytesPerPerson / 1_000)} kB for each connected person${call}; ${Math.round(cost.residentBytesAfter / 1e6)} MB in the end`,
  ];
}
