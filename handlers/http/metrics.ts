import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { requireScope } from "../../src/http/access.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { Metrics } from "../../src/monitoring/metrics.ts";
import type { StoredCounts } from "../../src/telemetry/stored-counts.ts";

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i;
/**
 * The headers with which proxies and content networks name the client, or themselves: the standard ones, and everything that
 * begins with `X-` but for what Prometheus and people send.
 */
const FORWARDED =
  /forward|^via$|^cdn-loop$|^cf-|^(?:[a-z-]+-)?(?:real|client|connecting|remote|cluster-client|user)-?(?:ip|addr(?:ess)?)$|^x-(?!prometheus-|request-id$)/;

const METRICS = {
  response: { 200: z.string() },
  operation: {
    id: "getMetrics",
    tag: "System",
    summary: "Read the metrics",
    description: "In Prometheus' text format. It needs no token on the machine itself.",
    answers: "text/plain",
    scopeElsewhere: "read",
    problems: ["unauthenticated", "forbidden"],
  },
} as const;

interface Parts {
  readonly metrics: Metrics;
  readonly storedCounts: StoredCounts;
}

/** `GET /metrics` in Prometheus' text format: open on the machine itself, with a token from elsewhere. It needs no store. */
export function metricsRoutes(server: HttpServer, { metrics, storedCounts }: Parts): void {
  server.get(
    "/metrics",
    { config: { access: "open", limit: "none" }, schema: METRICS },
    async (request, reply) => {
      if (!isLocal(request)) requireScope(request.caller, "read");
      await storedCounts.refresh();
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  );
}

/** Through a proxy on this machine everybody comes from 127.0.0.1: the other headers show that somebody else has asked. */
function isLocal({ socket, headers, host }: FastifyRequest): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? "") || !LOCAL_HOST.test(host)) return false;
  return !Object.keys(headers).some((name) => FORWARDED.test(name));
}
