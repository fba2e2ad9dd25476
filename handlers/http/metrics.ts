import { requireScope } from "../../src/http/access.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { Metrics } from "../../src/monitoring/metrics.ts";
import type { ProcessTelemetry } from "../../src/telemetry/process.ts";

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

interface Parts {
  readonly metrics: Metrics;
  /** Bring gauges up to date. */
  readonly counts: readonly (() => Promise<void>)[];
  readonly telemetry: ProcessTelemetry;
}

/** `GET /metrics` in Prometheus' text format: open on the machine itself, with a token from elsewhere. */
export function metricsRoutes(server: HttpServer, { metrics, counts, telemetry }: Parts): void {
  server.get("/metrics", { config: { access: "open" } }, async (request, reply) => {
    const { actor, headers, socket } = request;
    // Through a proxy on this machine everybody comes from 127.0.0.1; the proxy names the client in a header.
    const local = LOOPBACK.test(socket.remoteAddress ?? "") && headers["x-forwarded-for"] === undefined;
    if (!local) requireScope(actor, "read");
    // Without MongoDB the other metrics are still worth reading.
    const failed = (error: unknown) => telemetry.setback("count", error);
    await Promise.all(counts.map((count) => count().catch(failed)));
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
