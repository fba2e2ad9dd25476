import type { HttpServer } from "../../src/http/http-server.ts";
import type { ReadinessChecks } from "../../src/monitoring/readiness.ts";

/** `GET /livez` says that the process answers; `GET /readyz` that it can serve. */
export function healthRoutes(server: HttpServer, readiness: ReadinessChecks): void {
  server.get("/livez", { config: { access: "open" } }, async () => ({ status: "ok" }));

  server.get("/readyz", { config: { access: "open" } }, async (_request, reply) => {
    const { ready, stopping, dependencies } = await readiness.check();
    const checks = Object.fromEntries(dependencies.map(({ name, up }) => [name, up ? "up" : "down"]));
    return reply
      .status(ready ? 200 : 503)
      .send({ status: ready ? "ready" : stopping ? "stopping" : "not ready", checks });
  });
}
