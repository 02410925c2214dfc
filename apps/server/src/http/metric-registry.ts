import type { Call } from "@ringfence/call";
import type { FiguresOfAll } from "@ringfence/relay";
import { Counter, Gauge, Registry } from "prom-client";
import type { BusFigures } from "../bus/bus.ts";

export type RunningState = Exclude<Call["state"], "ended">;

/** Where the figures come from. None of them may say who. */
export interface MetricSources {
  readonly relay: () => FiguresOfAll;
  /** Of people's pages. */
  readonly webSockets: () => number;
  readonly bus: () => BusFigures;
  readonly callsByState: () => Promise<Readonly<Record<RunningState, number>>>;
}

/** Figures in the text format of Prometheus. */
export interface MetricRegistry {
  readonly contentType: string;
  readonly metrics: () => Promise<string>;
}

/** Every figure is read when it is asked for: nothing is counted twice, or costs in between. */
export function makeMetricRegistry(sources: MetricSources): MetricRegistry {
  const registry = new Registry();
  const figures = [
    ...figuresOfCalls(sources),
    ...figuresOfBus(sources.bus),
    ...figuresOfRelays(sources.relay),
    ...figuresOfProcess(),
  ];
  for (const figure of figures) register(registry, figure);
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
}

type Labelled = Readonly<Record<string, number>>;

interface Figure {
  /** A name in `_total` is of a counter, which only grows; any other of a gauge. */
  readonly name: string;
  readonly help: string;
  /** What tells its parts apart, where it has parts. */
  readonly label?: string;
  readonly read: () => number | Labelled | Promise<Labelled>;
}

function register(registry: Registry, { name, help, label, read }: Figure): void {
  const labelNames = label === undefined ? [] : [label];
  async function collect(): Promise<void> {
    const figure = await read();
    const parts = typeof figure === "number" ? [["", figure] as const] : Object.entries(figure);
    metric.reset();
    for (const [part, value] of parts)
      metric.inc(label === undefined ? {} : { [label]: part }, value);
  }
  const Kind = name.endsWith("_total") ? Counter : Gauge;
  const metric = new Kind({ name, help, labelNames, registers: [registry], collect });
}

function named(name: string, help: string, read: Figure["read"], label?: string): Figure {
  return { name, help, read, ...(label !== undefined && { label }) };
}

function figuresOfCalls({ relay, webSockets, callsByState }: MetricSources): Figure[] {
  return [
    named("ringfence_websockets", "Connections of people's pages", webSockets),
    named("ringfence_calls", "Calls by their state", callsByState, "state"),
    named("ringfence_rings_total", "Calls that began to ring", () => relay().told.live),
    named("ringfence_calls_accepted_total", "Calls accepted", () => relay().told.join),
    named("ringfence_calls_ended_total", "Calls ended, however", () => relay().told.end),
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
 * its measure of the event loop's lag wakes an idle process a hundred times a second.
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
  ];
}
