import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";

/** Upper limits of the buckets of histograms, in seconds. */
export const FAST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
export const LONG_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800];
export const DAYS_SECONDS = [
  60,
  300,
  900,
  3_600,
  4 * 3_600,
  12 * 3_600,
  86_400,
  3 * 86_400,
  7 * 86_400,
  30 * 86_400,
];

/**
 * Of prom-client's: gauges with the ending of a counter, which Prometheus' linter refuses. Their sums are those of the gauges without
 * `_total`, by type.
 */
const MISNAMED = ["handles", "requests", "resources"].map((what) => `nodejs_active_${what}_total`);

export interface MetricDescription {
  readonly type: "counter" | "gauge" | "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

type Described = Pick<CounterConfiguration<string>, "name" | "help"> & {
  readonly labelNames?: readonly string[];
};
type Settings<Configuration> = Omit<Configuration, "registers">;

/** The metrics of a process. Each is made once, by the telemetry of its subject. Names begin with `orb_`; labels are closed sets. */
export class Metrics {
  readonly registry = new Registry();
  /** Our own, for people; prom-client's are not among them. */
  readonly described: MetricDescription[] = [];

  /** Adds prom-client's metrics of a process: memory, processor time, the event loop. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  /**
   * @param settings in `known` the values of its labels that can be named beforehand. They are exported from the start with the
   * value 0: Prometheus computes the increase between two values, so it would miss what a series that begins at 1 has counted.
   */
  counter<Label extends string = never>({
    known = [],
    ...settings
  }: Settings<CounterConfiguration<Label>> & {
    readonly known?: readonly Readonly<Record<Label, string>>[];
  }): Counter<Label> {
    this.#describe("counter", settings);
    const counter = new Counter({ ...settings, registers: [this.registry] });
    for (const labels of known) counter.inc(labels, 0);
    return counter;
  }

  gauge<Label extends string = never>(settings: Settings<GaugeConfiguration<Label>>): Gauge<Label> {
    this.#describe("gauge", settings);
    return new Gauge({ ...settings, registers: [this.registry] });
  }

  histogram<Label extends string = never>(
    settings: Settings<HistogramConfiguration<Label>>,
  ): Histogram<Label> {
    this.#describe("histogram", settings);
    return new Histogram({ ...settings, registers: [this.registry] });
  }

  #describe(type: MetricDescription["type"], { name, help, labelNames = [] }: Described): void {
    this.described.push({ type, name, help, labels: [...labelNames] });
  }
}
