import { Metrics } from "../../../src/monitoring/metrics.ts";
import { describedApi } from "../../docs/described-api.ts";
import type { Exported } from "./rules/series.ts";

interface Registered {
  readonly labelNames: readonly string[];
}

/** Every metric that a process of the bot exports: its own, and those of the process by prom-client. */
export async function exportedMetrics(): Promise<Exported[]> {
  const { metrics } = await describedApi();
  const process = new Metrics();
  process.watchProcess();
  const { registry } = process;
  const ofProcess = (await registry.getMetricsAsJSON()).map(({ name, type }) => {
    // prom-client's types leave out that every metric knows its labels.
    const { labelNames } = registry.getSingleMetric(name) as unknown as Registered;
    return { name, type: String(type) as Exported["type"], labels: labelNames };
  });
  registry.clear();
  return [...metrics, ...ofProcess];
}
