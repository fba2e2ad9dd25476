import type { HttpServer } from "../../src/http/http-server.ts";
import type { ReadinessChecks } from "../../src/monitoring/readiness.ts";

const AGAIN_SECONDS = 5;

/**
 * `GET /livez` says that the process answers; `GET /readyz` that it can serve, and otherwise why not and what to do. A part
 * that is down need not keep the process from serving.
 */
export function healthRoutes(server: HttpServer, readiness: ReadinessChecks): void {
  server.get("/livez", { config: { access: "open" } }, async () => ({ status: "ok" }));

  server.get("/readyz", { config: { access: "open" } }, async (_request, reply) => {
    const { ready, stopping, dependencies } = await readiness.check();
    const checks = Object.fromEntries(dependencies.map(({ name, up }) => [name, up ? "up" : "down"]));
    const problems = dependencies.flatMap(({ name, problem }) =>
      problem === null ? [] : [{ dependency: name, ...problem }],
    );
    if (!ready) reply.status(503).header("Retry-After", String(AGAIN_SECONDS));
    return reply.send({
      status: ready ? "ready" : stopping ? "stopping" : "not ready",
      checks,
      ...(problems.length > 0 && { problems }),
    });
  });
}
