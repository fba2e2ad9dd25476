/** The series of one metric of the deployments that are chosen on the dashboard. @param more matchers of PromQL */
export function of(metric: string, more = ""): string {
  return `${metric}{job=~"$job"${more && `, ${more}`}}`;
}

/** How often it happened within what the dashboard shows. */
export function during(metric: string, more = ""): string {
  return `increase(${of(metric, more)}[$__range])`;
}

/** How often it happened within each step of a graph. */
export function each(metric: string, more = ""): string {
  return `increase(${of(metric, more)}[$__rate_interval])`;
}

/** How often a second it happens. */
export function perSecond(metric: string, more = ""): string {
  return `rate(${of(metric, more)}[$__rate_interval])`;
}

/** A quantile of a histogram over time. @param by labels that are kept apart */
export function quantile(share: number, histogram: string, by: readonly string[] = []): string {
  const labels = ["le", ...by].join(", ");
  return `histogram_quantile(${share}, sum by (${labels}) (${perSecond(`${histogram}_bucket`)}))`;
}

/** A gauge that each process reports, about the same thing: such as how much is stored. */
export function shared(by: string, gauge: string, more = ""): string {
  return `max by (${by}) (${of(gauge, more)})`;
}
