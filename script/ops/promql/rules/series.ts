/** What is known about the series of one name. */
export interface Series {
  /** `counter`: its value means nothing without `rate` or `increase`. `bucket`: a counter that is part of a histogram. */
  readonly kind: "counter" | "bucket" | "gauge";
  /** Every label that it can have; `null` if any. */
  readonly labels: ReadonlySet<string> | null;
}

/** A metric as a process exports it. */
export interface Exported {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly labels: readonly string[];
}

/** All that an expression may name, by name. */
export type Known = ReadonlyMap<string, Series>;

/** Prometheus adds them to each series that it scrapes, unless it has them: `honor_labels` of `ops/prometheus/` keeps the label `job` of jobs. */
const TARGET_LABELS = ["job", "instance"];

/** Series that Prometheus itself makes: https://prometheus.io/docs/concepts/jobs_instances/. */
const OF_PROMETHEUS = new Map<string, Series>([
  ["up", { kind: "gauge", labels: new Set(TARGET_LABELS) }],
  ["scrape_duration_seconds", { kind: "gauge", labels: new Set(TARGET_LABELS) }],
  ["scrape_samples_scraped", { kind: "gauge", labels: new Set(TARGET_LABELS) }],
  ["scrape_series_added", { kind: "gauge", labels: new Set(TARGET_LABELS) }],
  ["ALERTS", { kind: "gauge", labels: null }],
]);

/** The series of what processes export, and those that Prometheus makes. */
export function seriesOf(metrics: readonly Exported[]): Map<string, Series> {
  return new Map([...OF_PROMETHEUS, ...metrics.flatMap(expand)]);
}

function expand({ name, type, labels: own }: Exported): (readonly [string, Series])[] {
  const labels = new Set([...own, ...TARGET_LABELS]);
  if (type === "counter" || type === "gauge") return [[name, { kind: type, labels }]];
  const sums = ["sum", "count"].map((part) => [`${name}_${part}`, { kind: "counter", labels }] as const);
  if (type === "summary")
    return [...sums, [name, { kind: "gauge", labels: new Set([...labels, "quantile"]) }]];
  return [...sums, [`${name}_bucket`, { kind: "bucket", labels: new Set([...labels, "le"]) }]];
}
