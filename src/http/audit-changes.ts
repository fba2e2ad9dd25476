import type { FastifyRequest, RouteOptions } from "fastify";
import { z } from "zod";
import type { AuditEntry } from "../audit/store.ts";
import type { HttpTelemetry } from "../telemetry/http.ts";
import type { HttpServer } from "./http-server.ts";

const DETAILS_CHARACTERS_MAX = 2_000;
const REASON_CHARACTERS_MAX = 500;
/** In JSON Schema, which can't say that a text is trimmed. */
const NOT_BLANK = String.raw`\S`;
const NO_QUERY = z.strictObject({});

/** Why somebody changes something: in the query of every call that does. */
const reason = z.string().trim().min(1).max(REASON_CHARACTERS_MAX).optional().meta({
  pattern: NOT_BLANK,
  description: "Why; it is stored with who changed what, and listed by GET /api/v1/audit.",
});

/** Where it is stored who changed what. */
export interface AuditLog {
  add(entry: AuditEntry): Promise<string>;
  answered(id: string, status: number): Promise<void>;
}

interface Needs {
  /** `null`: nothing is stored, as in a test of the server alone. */
  readonly audit: AuditLog | null;
  readonly telemetry: HttpTelemetry;
  readonly now: () => Date;
}

/**
 * Stores who calls something that changes something, before it is done: if that can't be stored, it is not done. The answer's
 * status follows. Refused requests have changed nothing and are not stored.
 */
export function auditChanges(server: HttpServer, { audit, telemetry, now }: Needs): void {
  server.decorateRequest("auditId", null);
  server.addHook("onRoute", (route) => {
    if (!isChange(route)) return;
    const query = route.schema?.querystring;
    const given = query instanceof z.ZodObject ? query : NO_QUERY;
    route.schema = { ...route.schema, querystring: given.extend({ reason }) };
    if (audit === null) return;
    // Of these routes alone: as a hook of the server it would cost each webhook a promise.
    const store = async (request: FastifyRequest) => {
      request.auditId = await audit.add(entryOf(request, now()));
    };
    route.preHandler = [store, ...[route.preHandler ?? []].flat()];
  });
  if (audit === null) return;
  server.addHook("onResponse", ({ auditId }, { statusCode }, done) => {
    done();
    if (auditId === null) return;
    audit.answered(auditId, statusCode).catch((error: unknown) => telemetry.setback("audit", error));
  });
}

/** Signals and webhooks are stored as what they are, and a check or a preview changes nothing. */
function isChange({ config, method }: Pick<RouteOptions, "config" | "method" | "url">): boolean {
  const { access, isQuestion = false } = config ?? {};
  if (method === "GET" || method === "HEAD" || isQuestion) return false;
  return access === "write" || access === "admin";
}

/** An entry about a request: who calls what, from where and why. */
export function entryOf(request: FastifyRequest, at: Date): AuditEntry {
  const { actor, params, query, body, clientAddress, ip, id, method, routeOptions } = request;
  const given = (query as { reason?: string }).reason;
  return {
    at,
    by: { id: actor?.id ?? "", name: actor?.name ?? "" },
    from: clientAddress ?? ip,
    action: `${method} ${routeOptions.url ?? ""}`,
    // A copy: what Fastify gives has no prototype, which mongoose does not take.
    params: { ...(params as Record<string, string>) },
    details:
      body === undefined || body === null ? null : JSON.stringify(body).slice(0, DETAILS_CHARACTERS_MAX),
    reason: given ?? null,
    requestId: id,
  };
}
