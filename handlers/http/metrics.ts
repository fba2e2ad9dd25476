import type { App } from "../../src/app.ts";
import { requireScope } from "../../src/http/access.ts";
import type { HttpServer } from "../../src/http/http-server.ts";

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** `GET /metrics` in Prometheus' text format: open on the machine itself, with a token from elsewhere. */
export function metricsRoutes(server: HttpServer, app: App): void {
  const { metrics } = app;
  server.get("/metrics", { config: { access: "open" } }, async (request, reply) => {
    const { actor, headers, socket } = request;
    // Behind a proxy on this machine everybody comes from 127.0.0.1; a proxy says for whom it asks.
    const local = LOOPBACK.test(socket.remoteAddress ?? "") && headers["x-forwarded-for"] === undefined;
    if (!local) requireScope(actor, "read");
    await count(app);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** Without MongoDB the others are still worth reading. */
async function count({ projectStore, pullRequestStore, telemetry }: App): Promise<void> {
  try {
    const [projects, pullRequests] = await Promise.all([
      projectStore.countByStatus(),
      pullRequestStore.countByStatus(),
    ]);
    telemetry.projects.counted(projects);
    telemetry.pullRequests.counted(pullRequests);
  } catch (error) {
    telemetry.process.setback("count", error);
  }
}
