import { Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  type Duration,
  type Figure,
  type MetricSources,
  durationsOf,
  figuresOf,
} from "./metric-list.ts";

/** Figures in the text format of Prometheus. */
export interface MetricRegistry {
  readonly contentType: string;
  readonly metrics: () => Promise<string>;
}

export function makeMetricRegistry(sources: MetricSources): MetricRegistry {
  const registry = new Registry();
  for (const figure of figuresOf(sources)) register(registry, figure);
  for (const duration of durationsOf(sources)) registry.registerMetric(new ReadHistogram(duration));
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
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

/** A histogram that was counted elsewhere: whoever is never asked needs no prom-client in memory. */
class ReadHistogram extends Histogram {
  readonly #duration: Duration;

  constructor(duration: Duration) {
    super({ name: duration.name, help: duration.help, registers: [] });
    this.#duration = duration;
  }

  /** What the registry asks for, in place of `get`, to write it as text. */
  getForPromString() {
    const { name, help, histogram } = this.#duration;
    const { atMost, count, sum } = histogram.read();
    const buckets = [...atMost, ["+Inf", count] as const].map(([le, value]) => ({
      metricName: `${name}_bucket`,
      labels: { le },
      value,
    }));
    const values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
    return { name, help, type: "histogram", values };
  }
}
