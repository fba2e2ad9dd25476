import { z } from "zod";
import type { Health } from "../../src/health/health.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { InstanceStore, StoredInstance } from "../../src/instances/store.ts";
import type { Metrics } from "../../src/monitoring/metrics.ts";
import type { StoredCounts } from "../../src/telemetry/stored-counts.ts";
import { ROLES } from "../../src/settings.ts";
import { VERSION } from "../../src/version.ts";
import { refusal } from "./answers/refusal.ts";

const instance = z
  .object({
    name: z.string().meta({ description: "Also in leases and in the log." }),
    host: z.string(),
    pid: z.int(),
    roles: z.array(z.enum(ROLES)),
    version: z.string(),
    startedAt: z.date(),
    seenAt: z.date(),
  })
  .meta({ id: "Instance", description: "A process of the bot, as it said last." });
const counts = z.record(z.string(), z.number());
const system = z
  .object({
    version: z.string(),
    at: z.date(),
    roles: z.array(z.enum(ROLES)).meta({ description: "Those of all running processes." }),
    instances: z.array(instance),
    dependencies: z.array(z.object({ name: z.string(), up: z.boolean(), problem: refusal.nullable() })),
    counts: z
      .object({ projects: counts, pullRequests: counts, workspaces: counts })
      .meta({ description: "By status." }),
  })
  .meta({ id: "System" });
const SYSTEM = {
  response: { 200: system },
  operation: {
    id: "getSystem",
    tag: "System",
    summary: "Read which processes run, and what is away",
  },
} as const;

interface Parts {
  readonly instances: InstanceStore;
  readonly health: Health;
  readonly storedCounts: StoredCounts;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

/** `GET /api/v1/system`: which processes run, what they depend on, and how much there is of what. */
export function systemRoutes(
  server: HttpServer,
  { instances, health, storedCounts, metrics, now }: Parts,
): void {
  server.get("/api/v1/system", { config: { access: "read" }, schema: SYSTEM }, async () => {
    const at = now();
    const [running] = await Promise.all([instances.list(at), storedCounts.refresh()]);
    return {
      version: VERSION,
      at,
      roles: [...new Set(running.flatMap(({ roles }) => roles))].toSorted(),
      instances: running.map(showInstance),
      dependencies: health.services.map(({ name, up, problem }) => ({ name, up, problem })),
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
