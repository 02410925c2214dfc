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
    const { name, help, label } = duration;
    super({ name, help, labelNames: label === undefined ? [] : [label], registers: [] });
    this.#duration = duration;
  }

  /** What the registry asks for, in place of `get`, to write it as text. */
  getForPromString() {
    const { name, help, label, histograms } = this.#duration;
    const values = Object.entries(histograms).flatMap(([part, histogram]) => {
      const labels = label === undefined ? {} : { [label]: part };
      const { atMost, count, sum } = histogram.read();
      const buckets = [...atMost, ["+Inf", count] as const];
      return [
        ...buckets.map(([le, value]) => ({
          metricName: `${name}_bucket`,
          labels: { ...labels, le },
          value,
        })),
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
    return { name, help, type: "histogram", values };
  }
}
