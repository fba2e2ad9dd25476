import type { FastifyReply } from "fastify";
import { z } from "zod";
import { OrbError } from "../../src/errors.ts";
import type { Health, ServiceState } from "../../src/health/health.ts";
import { mayRead } from "../../src/http/access.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { refusal } from "./answers/refusal.ts";

const AGAIN_SECONDS = 5;
const UP_OR_DOWN = z.enum(["up", "down"]);
const SERVICE_CHARACTERS_MAX = 50;

const readiness = z
  .object({
    status: z.enum(["ready", "stopping", "not ready"]),
    checks: z.record(z.string(), UP_OR_DOWN).meta({ examples: [{ mongodb: "up", github: "down" }] }),
    problems: z.array(refusal.extend({ dependency: z.string() })).optional(),
  })
  .meta({ id: "Readiness", description: "Whether the process can serve, and what it lacks." });

const service = z
  .object({
    status: UP_OR_DOWN,
    problem: refusal.nullable().optional(),
    facts: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
      .optional()
      .meta({ examples: [{ clockAheadSeconds: 0, requestsLeft: 4_987 }] }),
    checkedMsAgo: z.int().nullable().optional(),
  })
  .meta({
    id: "ServiceHealth",
    description:
      "How a service was when it was last asked. Without a token with the scope read: only its status.",
  });
const health = z
  .object({ status: UP_OR_DOWN, services: z.record(z.string(), service) })
  .meta({ id: "Health", description: "How everything is that the bot depends on, or does." });

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
const ALL = {
  response: { 200: health, 503: health },
  operation: {
    id: "getHealth",
    tag: "System",
    summary: "Ask how everything is",
    description:
      "503 if anything is down, even if the process can serve without it. With a token with the scope read it says why, and gives figures.",
  },
} as const;
const ONE = {
  params: z.object({
    service: z
      .string()
      .min(1)
      .max(SERVICE_CHARACTERS_MAX)
      .meta({ examples: ["mongodb"] }),
  }),
  response: { 200: service, 503: service },
  operation: {
    id: "getServiceHealth",
    tag: "System",
    summary: "Ask how one service is",
    description:
      "`mongodb`, `redis`, `github`, `agenda` (recurring jobs), `disk` (of the workspaces), `inbox` (deliveries of GitHub), `signals` or `outbox` (events).",
    problems: ["not_found"],
  },
} as const;

const OPEN = { access: "open", limit: "none" } as const;

/**
 * How the process is: `GET /livez` says that it answers, `GET /readyz` that it can serve, and otherwise why not and what to do;
 * `GET /health` how everything is that it depends on. All are answered at once, from what the last questions found.
 */
export function healthRoutes(server: HttpServer, known: Health): void {
  server.get("/livez", { config: OPEN, schema: LIVE }, async () => ({ status: "ok" as const }));

  server.get("/readyz", { config: OPEN, schema: READY }, async (_request, reply) => {
    const { ready, stopping, services } = known.readiness;
    const problems = services.flatMap(({ name, problem }) =>
      problem === null ? [] : [{ dependency: name, ...problem }],
    );
    if (!ready) refuse(reply);
    return reply.send({
      status: ready ? "ready" : stopping ? "stopping" : "not ready",
      checks: Object.fromEntries(services.map(({ name, up }) => [name, statusOf(up)])),
      ...(problems.length > 0 && { problems }),
    });
  });

  server.get("/health", { config: OPEN, schema: ALL }, async ({ caller }, reply) => {
    const { services } = known;
    const isUp = services.every(({ up }) => up);
    if (!isUp) refuse(reply);
    const shown = services.map((state) => [state.name, show(state, mayRead(caller))] as const);
    return reply.send({ status: statusOf(isUp), services: Object.fromEntries(shown) });
  });

  server.get("/health/:service", { config: OPEN, schema: ONE }, async ({ caller, params }, reply) => {
    const state = known.services.find(({ name }) => name === params.service);
    if (state === undefined) throw unknownService(known.services.map(({ name }) => name));
    if (!state.up) refuse(reply);
    return reply.send(show(state, mayRead(caller)));
  });
}

function refuse(reply: FastifyReply): void {
  reply.status(503).header("Retry-After", String(AGAIN_SECONDS));
}

function statusOf(up: boolean): "up" | "down" {
  return up ? "up" : "down";
}

function show({ up, problem, facts, ageMs }: ServiceState, withDetails: boolean): z.infer<typeof service> {
  const checkedMsAgo = ageMs === null ? null : Math.round(ageMs);
  return { status: statusOf(up), ...(withDetails && { problem, facts: { ...facts }, checkedMsAgo }) };
}

function unknownService(names: readonly string[]): OrbError {
  return new OrbError({
    code: "not_found",
    reason: "This process watches no service of that name.",
    remedy: `It watches ${names.join(", ")}.`,
  });
}
