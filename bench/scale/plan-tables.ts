import { type Cell, digits, nothing, table } from "../report.ts";
import { type Assumptions, assumptionWords, assumptions } from "./assumptions.ts";
import type { Costs } from "./costs.ts";
import { type Plan, bitsPerSecondOf, planFor } from "./plan.ts";

export const unmeasured = "*Not measured yet.*";
const powers = [2, 3, 4, 5, 6, 7, 8];

/** What follows from what was measured and assumed, for every power of ten. */
export function describePlan(costs: Costs | undefined): Record<string, string> {
  const described = { "scale-assumptions": describeAssumptions() };
  if (costs === undefined) {
    const names = ["costs", "load", "servers", "database", "money"];
    return {
      ...described,
      ...Object.fromEntries(names.map((name) => [`scale-${name}`, unmeasured])),
    };
  }
  const plans = powers.map((power) => planFor(10 ** power, assumptions, costs));
  return {
    ...described,
    "scale-costs": describeCosts(costs),
    "scale-load": describeLoad(plans),
    "scale-servers": describeServers(plans),
    "scale-database": describeDatabase(plans),
    "scale-money": describeMoney(plans),
  };
}

function describeAssumptions(): string {
  const names = Object.keys(assumptionWords) as (keyof Assumptions)[];
  const rows = names.map((name): Cell[] => [assumptionWords[name], short(assumptions[name])]);
  return table(["Assumed", "Value"], rows);
}

function describeCosts(costs: Costs): string {
  const { nodeCpuPerCall, databaseCpuPerCall, busCpuPerCall, boxCpuPerCall } = costs;
  const rows: Cell[][] = [
    ["CPU ms a call, one box", short(boxCpuPerCall * 1_000)],
    ["CPU ms a call, nodes", short(nodeCpuPerCall * 1_000)],
    ["CPU ms a call, PostgreSQL", short(databaseCpuPerCall * 1_000)],
    ["CPU ms a call, NATS", short(busCpuPerCall * 1_000)],
    ["CPU µs a connected person and second", short(costs.nodeCpuPerPersonAndSecond * 1e6)],
    ["memory kB a connected person", short(costs.memoryMiBPerPerson * 1_048.576)],
    ["relay CPU µs a packet of sound", short(costs.relayCpuUs.sound)],
    ["relay CPU µs a packet of pictures", short(costs.relayCpuUs.picture)],
    ["Mbit/s a relayed call, the average of both kinds", short(bitsPerSecondOf(assumptions) / 1e6)],
  ];
  return table(["Taken for the plan", "Value"], rows);
}

function describeLoad(plans: readonly Plan[]): string {
  const rows = plans.map((p) => [
    digits(p.accounts),
    short(p.callsPerSecond),
    short(p.messagesPerSecond),
    short(p.liveCalls),
    short(p.sockets),
    short(p.relayGbitPerSecond),
  ]);
  const head = ["Accounts", "Calls/s", "Messages/s", "Live calls", "Sockets", "Relayed Gbit/s"];
  return table(head, rows);
}

function describeServers(plans: readonly Plan[]): string {
  const rows = plans.map((p) => [
    digits(p.accounts),
    p.boxCores > 1 ? nothing : short(p.boxCores * 100),
    short(p.nodes),
    short(p.nodeMemoryMiB),
    short(p.announcementShare * 100),
    short(p.announcementsCarriedPerSecond),
    short(p.relays),
  ]);
  const head = ["Accounts", "One box instead, CPU %", "Nodes", "Memory of each for people, MiB"];
  const announced = ["Each node's CPU for announcements, %", "Announcements through NATS/s"];
  return table([...head, ...announced, "Relay processes"], rows);
}

function describeDatabase(plans: readonly Plan[]): string {
  const rows = plans.map((p) => [
    digits(p.accounts),
    short(p.transactionsPerSecond),
    short(p.logBytesPerSecond / 1e6),
    short(p.databaseCores),
    short(p.databaseBytes / 1e9),
    digits(p.nodes * 11),
  ]);
  const head = ["Accounts", "Transactions/s", "Log MB/s", "Cores of PostgreSQL", "Database, GB"];
  return table([...head, "Connections"], rows);
}

function describeMoney(plans: readonly Plan[]): string {
  const rows = plans.map((p) => [
    digits(p.accounts),
    short(p.monthlyTerabytesOut),
    short(p.monthlyEuros.traffic),
    short(p.monthlyEuros.cores),
    short(((p.monthlyEuros.traffic + p.monthlyEuros.cores) / p.accounts) * 100),
  ]);
  const head = ["Accounts", "TB out a month", "Traffic, €", "Cores, €", "Cents an account"];
  return table(head, rows);
}

/** Two digits that count: more would pretend to know. */
function short(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(value >= 1_000 && Number.isInteger(value) ? 4 : 2));
  return rounded.toLocaleString("en-US", { maximumSignificantDigits: 4, maximumFractionDigits: 6 });
}
