import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Call } from "@ringfence/call";
import type { FiguresOfAll } from "@ringfence/relay";
import type { BusFigures } from "../bus/bus.ts";
import type { Figures } from "../figures/figures.ts";
import type { Histogram } from "../figures/histogram.ts";

export type RunningState = Exclude<Call["state"], "ended">;

/** Where the figures come from. None of them may say who. */
export interface MetricSources {
  readonly figures: Figures;
  readonly relay: () => FiguresOfAll;
  /** Of people's pages. */
  readonly webSockets: () => number;
  readonly bus: () => BusFigures;
  readonly callsByState: () => Promise<Readonly<Record<RunningState, number>>>;
}

type Labelled = Readonly<Record<string, number>>;

/** One that is read when it is asked for. */
export interface Figure {
  /** A name in `_total` is of a counter, which only grows; any other of a gauge. */
  readonly name: string;
  readonly help: string;
  /** What tells its parts apart, where it has parts. */
  readonly label?: string;
  readonly read: () => number | Labelled | Promise<Labelled>;
}

/** How long something took, in seconds. */
export interface Duration {
  readonly name: string;
  readonly help: string;
  readonly histogram: Histogram;
}

/** Every figure is read when it is asked for: nothing is counted twice, or costs in between. */
export function figuresOf(sources: MetricSources): Figure[] {
  return [
    ...figuresOfCalls(sources),
    ...figuresOfBus(sources.bus),
    ...figuresOfRelays(sources.relay),
    ...figuresOfProcess(),
  ];
}

export function durationsOf({ figures }: MetricSources): Duration[] {
  const { writeSeconds, inviteToRingSeconds, acceptToConnectedSeconds } = figures;
  return [
    {
      name: "ringfence_invite_to_ring_seconds",
      help: "From an invite until a page of the callee was told",
      histogram: inviteToRingSeconds,
    },
    {
      name: "ringfence_accept_to_connected_seconds",
      help: "From an accept until media arrived at both",
      histogram: acceptToConnectedSeconds,
    },
    {
      name: "ringfence_transaction_seconds",
      help: "From asking for a transaction until it was durable",
      histogram: writeSeconds,
    },
  ];
}

function named(name: string, help: string, read: Figure["read"], label?: string): Figure {
  return { name, help, read, ...(label !== undefined && { label }) };
}

function figuresOfCalls({ figures, webSockets, callsByState }: MetricSources): Figure[] {
  return [
    named("ringfence_websockets", "Connections of people's pages", webSockets),
    named("ringfence_calls", "Calls by their state", callsByState, "state"),
    named("ringfence_rings_total", "Calls that began to ring", () => figures.ringsBegun),
    named(
      "ringfence_rings_over_total",
      "Rings that are over, by what the caller saw",
      () => figures.ringsOver,
      "outcome",
    ),
    named(
      "ringfence_calls_ended_total",
      "Answered calls that ended, by the reason",
      () => figures.callsEnded,
      "reason",
    ),
    named(
      "ringfence_invites_refused_total",
      "Invites that rang nobody, for whatever reason",
      () => figures.invitesRefused,
    ),
    named("ringfence_messages_total", "Messages sent", () => figures.messagesSent),
    named(
      "ringfence_pushes_total",
      "Pushes, by what became of them",
      () => figures.pushes,
      "outcome",
    ),
  ];
}

function figuresOfBus(bus: MetricSources["bus"]): Figure[] {
  const deliveries = "Deliveries of this node to accounts, by whether somebody was connected";
  return [
    named("ringfence_nodes", "Nodes that live, as this one knows", () => bus().nodes),
    named("ringfence_deliveries_total", deliveries, () => bus().deliveries, "outcome"),
    named(
      "ringfence_bus_reconnects_total",
      "Times that NATS was lost and came back",
      () => bus().reconnects,
    ),
  ];
}

function figuresOfRelays(relay: MetricSources["relay"]): Figure[] {
  const by = (label: string, name: string, help: string, read: (all: FiguresOfAll) => Labelled) =>
    named(`ringfence_relay_${name}`, help, () => read(relay()), label);
  const packets = "Packets of media passed on, by the transport over which they";
  const bytes =
    "Their bytes, with headers of STUN or ChannelData, by the transport over which they";
  return [
    named("ringfence_relays", "Relays connected", () => relay().relaysByGroup, "group"),
    named("ringfence_relay_draining", "1: one of them drains", () => Number(relay().isDraining)),
    named("ringfence_relay_calls", "Calls that have an allocation", () => relay().calls),
    named("ringfence_relay_connections", "TCP and TLS connections", () => relay().connections),
    named(
      "ringfence_relay_cpu_seconds",
      "CPU time of the connected ones since each started",
      () => relay().process.cpuSeconds,
    ),
    named(
      "ringfence_relay_resident_memory_bytes",
      "Memory of the connected ones",
      () => relay().process.residentBytes,
    ),
    by("statement", "statements_total", "What relays were told of calls", (all) => all.told),
    by("transport", "allocations", "Allocations", (all) => all.allocations),
    by("transport", "packets_in_total", `${packets} came`, (all) => all.counters.packetsIn),
    by("transport", "packets_out_total", `${packets} left`, (all) => all.counters.packetsOut),
    by("transport", "bytes_in_total", `${bytes} came`, (all) => all.counters.bytesIn),
    by("transport", "bytes_out_total", `${bytes} left`, (all) => all.counters.bytesOut),
    by("reason", "drops_total", "Packets dropped, by the reason", (all) => all.counters.drops),
    by("code", "answers_total", "Requests answered, by code", (all) => all.counters.answers),
    by("quota", "quota_refusals_total", "Refused as too much", (all) => all.counters.quotaRefusals),
  ];
}

/**
 * What every process says of itself, under the names that dashboards know. Not prom-client's own set:
 * its measure of the event loop's lag
 * wakes an idle process a hundred times a second. Ours wakes it less, and only where somebody reads.
 */
function figuresOfProcess(): Figure[] {
  const startedAt = Date.now() / 1_000 - process.uptime();
  return [
    named("process_cpu_user_seconds_total", "CPU time", () => process.cpuUsage().user / 1e6),
    named(
      "process_cpu_system_seconds_total",
      "In the kernel",
      () => process.cpuUsage().system / 1e6,
    ),
    named("process_resident_memory_bytes", "Memory", () => process.memoryUsage.rss()),
    named("nodejs_heap_size_used_bytes", "Live objects", () => process.memoryUsage().heapUsed),
    named("process_start_time_seconds", "Unix time of the start", () => startedAt),
    named(
      "ringfence_event_loop_delay_seconds",
      "By how much timers came late since this was read last",
      eventLoopDelay(),
      "quantile",
    ),
  ];
}

const delayResolutionMs = 50;

/** Measured from the first time that somebody asks. */
function eventLoopDelay(): () => Labelled {
  const monitor = monitorEventLoopDelay({ resolution: delayResolutionMs });
  monitor.enable();
  // The monitor measures from one of its own timers to the next, in nanoseconds.
  const late = (percentile: number) =>
    Math.max(0, monitor.percentile(percentile) / 1e9 - delayResolutionMs / 1_000);
  return () => {
    const delays = { "0.5": late(50), "0.99": late(99) };
    monitor.reset();
    return delays;
  };
}
