import { randomUUID } from "node:crypto";
import { fastify, type FastifyError } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { OrbError } from "../errors.ts";
import type { HttpTelemetry } from "../telemetry/http.ts";
import type { Actor, Tokens } from "../tokens/authenticate.ts";
import { requireScope } from "./access.ts";
import type { HttpServer } from "./http-server.ts";
import { readJson } from "./json-body.ts";
import { type Problems, sendProblem } from "./problem.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[\w.-]{1,128}$/;

interface Deps {
  readonly tokens: Tokens;
  readonly telemetry: HttpTelemetry;
  /** Turns a store's own error into an `OrbError`. */
  readonly translate: (error: unknown) => unknown;
  readonly problems: Problems;
  readonly now: () => Date;
}

/** The HTTP server without its routes: who may call what, how errors look, and what is counted. */
export function createHttpServer({ tokens, telemetry, translate, problems, now }: Deps): HttpServer {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: "idle",
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.decorateRequest("actor", null);
  readJson(server);
  guard(server, tokens);
  answerProblems(server, { telemetry, translate, problems, now });
  observe(server, telemetry);
  return server;
}

function guard(server: HttpServer, tokens: Tokens): void {
  server.addHook("onRoute", ({ config, method, url }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not define who may call it`);
  });
  server.addHook("onRequest", (request, _reply, done) => {
    const { authorization } = request.headers;
    const admit = (actor: Actor | null) => {
      const { access } = request.routeOptions.config;
      request.actor = actor;
      try {
        if (access !== undefined && access !== "open") requireScope(actor, access);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    };
    // Without a header there is nothing to wait for: webhooks have none, and a promise would cost each of them time.
    if (authorization === undefined) admit(null);
    else tokens.authenticate(authorization).then(admit, done);
  });
}

function answerProblems(server: HttpServer, { telemetry, translate, ...answer }: Omit<Deps, "tokens">): void {
  server.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    const error = fromFastify(translate(thrown));
    if (!(error instanceof OrbError))
      telemetry.bug("http_route", error, { method: request.method, route: request.routeOptions.url });
    await sendProblem(reply, error, answer);
  });
  server.setNotFoundHandler(async ({ method, url }, reply) => {
    const [path] = url.split("?", 1);
    await sendProblem(
      reply,
      new OrbError({
        code: "not_found",
        reason: `${method} ${path} does not exist.`,
        remedy: "See the README for the routes of the API.",
      }),
      answer,
    );
  });
}

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: "bad_request",
  413: "too_large",
  415: "unsupported_media_type",
};

/** Converts Fastify's own refusals, such as a body over the limit or a query that breaks its schema. */
function fromFastify(error: unknown): unknown {
  const { statusCode, message } = error as FastifyError;
  const code = CODE_BY_STATUS[statusCode ?? 0];
  if (error instanceof OrbError || code === undefined) return error;
  return new OrbError({ code, reason: message, remedy: "Fix the request and try again." }, { cause: error });
}

/** Hooks of every answer. None is async: a promise would cost the webhook door more time than the hook's own work. */
function observe(server: HttpServer, telemetry: HttpTelemetry): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    reply.header("X-Request-Id", request.id);
    reply.header("X-Content-Type-Options", "nosniff");
    reply.header("Cache-Control", "no-store");
    done(null, payload);
  });
  server.addHook("onResponse", (request, reply, done) => {
    telemetry.answered({
      // The template of the route; an unknown address must not become a label.
      route: request.routeOptions.url ?? "unknown",
      method: request.method,
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      requestId: request.id,
    });
    done();
  });
}
