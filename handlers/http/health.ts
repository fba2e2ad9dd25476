import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { ReadinessChecks } from "../../src/monitoring/readiness.ts";
import { refusal } from "./answers/refusal.ts";

const AGAIN_SECONDS = 5;
const readiness = z
  .object({
    status: z.enum(["ready", "stopping", "not ready"]),
    checks: z
      .record(z.string(), z.enum(["up", "down"]))
      .meta({ examples: [{ mongodb: "up", github: "down" }] }),
    problems: z.array(refusal.extend({ dependency: z.string() })).optional(),
  })
  .meta({ id: "Readiness", description: "Whether the process can serve, and what it lacks." });

const LIVE = {
  response: { 200: z.object({ status: z.literal("ok") }) },
  operation: { id: "getLiveness", tag: "System", summary: "Ask whether the process answers" },
} as const;
const READY = {
  response: { 200: readiness, 503: readiness },
  operation: {
    id: "getReadiness",
    tag: "System",
    summary: "Ask whether the process can serve",
    description:
      "A dependency that is down need not keep the process from serving: its status is then `ready`, and `problems` says what is wrong.",
  },
} as const;

/**
 * `GET /livez` says that the process answers; `GET /readyz` that it can serve, and otherwise why not and what to do. A part
 * that is down need not keep the process from serving.
 */
export function healthRoutes(server: HttpServer, readiness: ReadinessChecks): void {
  server.get("/livez", { config: { access: "open", limit: "none" }, schema: LIVE }, async () => ({
    status: "ok" as const,
  }));

  server.get(
    "/readyz",
    { config: { access: "open", limit: "none" }, schema: READY },
    async (_request, reply) => {
      const { ready, stopping, dependencies } = await readiness.check();
      const checks = Object.fromEntries(
        dependencies.map(({ name, up }) => [name, up ? ("up" as const) : ("down" as const)]),
      );
      const problems = dependencies.flatMap(({ name, problem }) =>
        problem === null ? [] : [{ dependency: name, ...problem }],
      );
      if (!ready) reply.status(503).header("Retry-After", String(AGAIN_SECONDS));
      return reply.send({
        status: ready ? "ready" : stopping ? "stopping" : "not ready",
        checks,
        ...(problems.length > 0 && { problems }),
      });
    },
  );
}
