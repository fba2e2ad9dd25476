/** Our metrics are nobody else's; those of any process are ours if their target is. */
const OUR_TARGETS = 'job=~"orb-.+"';

/** The series of one metric. @param more matchers of PromQL */
export function of(metric: string, more = ""): string {
  const matchers = [metric.startsWith("orb_") ? "" : OUR_TARGETS, more].filter((each) => each !== "");
  return matchers.length > 0 ? `${metric}{${matchers.join(", ")}}` : metric;
}

/** How often it happened within what the dashboard shows. */
export function during(metric: string, more = ""): string {
  return `increase(${of(metric, more)}[$__range])`;
}

/** How often it happened within each step of a graph. The steps do not overlap, so their sum is that of the whole time. */
export function each(metric: string, more = ""): string {
  return `increase(${of(metric, more)}[$__interval])`;
}

/** How often a second it happens. */
export function perSecond(metric: string, more = ""): string {
  return `rate(${of(metric, more)}[$__rate_interval])`;
}

/** The sum of all series, and 0 as long as there is none. */
export function orZero(expression: string): string {
  return `sum(${expression}) or vector(0)`;
}

/** A quantile of a histogram over time. @param by labels that are kept apart */
export function quantile(share: number, histogram: string, by: readonly string[] = []): string {
  const labels = ["le", ...by].join(", ");
  return `histogram_quantile(${share}, sum by (${labels}) (${perSecond(`${histogram}_bucket`)}))`;
}

/** A quantile of what happened within what the dashboard shows. @param by labels that are kept apart */
export function quantileDuring(share: number, histogram: string, by: string): string {
  return `histogram_quantile(${share}, sum by (le, ${by}) (${during(`${histogram}_bucket`)}))`;
}

/** A gauge that each process reports, about the same thing: such as how much is stored. */
export function shared(by: string, gauge: string, more = ""): string {
  return `max by (${by}) (${of(gauge, more)})`;
}
