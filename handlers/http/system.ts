import type { HttpServer } from "../../src/http/http-server.ts";
import type { InstanceStore, StoredInstance } from "../../src/instances/store.ts";
import type { Metrics } from "../../src/monitoring/metrics.ts";
import type { ReadinessChecks } from "../../src/monitoring/readiness.ts";
import type { StoredCounts } from "../../src/telemetry/stored-counts.ts";
import { VERSION } from "../../src/version.ts";

interface Parts {
  readonly instances: InstanceStore;
  readonly readiness: ReadinessChecks;
  readonly storedCounts: StoredCounts;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

/** `GET /api/v1/system`: which processes run, what they depend on, and how much there is of what. */
export function systemRoutes(
  server: HttpServer,
  { instances, readiness, storedCounts, metrics, now }: Parts,
): void {
  server.get("/api/v1/system", { config: { access: "read" } }, async () => {
    const at = now();
    const [running, { dependencies }] = await Promise.all([
      instances.list(at),
      readiness.check(),
      storedCounts.refresh(),
    ]);
    return {
      version: VERSION,
      at,
      roles: [...new Set(running.flatMap(({ roles }) => roles))].toSorted(),
      instances: running.map(showInstance),
      dependencies: dependencies.map(({ name, up, problem }) => ({ name, up, problem })),
      counts: {
        projects: await countsOf(metrics, "orb_projects"),
        pullRequests: await countsOf(metrics, "orb_pull_requests"),
        workspaces: await countsOf(metrics, "orb_workspaces"),
      },
    };
  });
}

function showInstance({ _id: name, ...instance }: StoredInstance) {
  return { name, ...instance };
}

/** By status, as the metrics have them. */
async function countsOf(metrics: Metrics, gauge: string): Promise<Record<string, number>> {
  const { values } = (await metrics.registry.getSingleMetric(gauge)?.get()) ?? { values: [] };
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels["status"]), value]));
}
