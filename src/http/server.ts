import { randomUUID } from "node:crypto";
import { fastify, type FastifyError } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { OrbError } from "../errors.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Tokens } from "../tokens/authenticate.ts";
import { requireScope } from "./access.ts";
import type { HttpServer } from "./http-server.ts";
import { readJson } from "./json-body.ts";
import { sendProblem } from "./problem.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[\w.-]{1,128}$/;

interface Deps {
  readonly tokens: Tokens;
  readonly telemetry: Telemetry;
  /** Turns a store's own error into the house's. */
  readonly translate: (error: unknown) => unknown;
}

/** The HTTP server without its routes: who may call what, how errors look, and what is counted. */
export function createHttpServer({ tokens, telemetry, translate }: Deps): HttpServer {
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
  answerProblems(server, { telemetry, translate });
  observe(server, telemetry);
  return server;
}

function guard(server: HttpServer, tokens: Tokens): void {
  server.addHook("onRoute", ({ config, method, url }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not define who may call it`);
  });
  server.addHook("onRequest", (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    request.actor = tokens.authenticate(request.headers.authorization);
    try {
      if (access !== undefined && access !== "open") requireScope(request.actor, access);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  });
}

function answerProblems(
  server: HttpServer,
  { telemetry, translate }: Pick<Deps, "telemetry" | "translate">,
): void {
  server.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    const error = fromFastify(translate(thrown));
    if (!(error instanceof OrbError))
      telemetry.bug(`${request.method} ${request.routeOptions.url ?? ""}`, error);
    await sendProblem(reply, error);
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
    );
  });
}

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: "bad_request",
  413: "too_large",
  415: "unsupported_media_type",
};

/** Fastify's own refusals of a request, such as a body over the limit or a query that breaks its schema. */
function fromFastify(error: unknown): unknown {
  const { statusCode, message } = error as FastifyError;
  const code = CODE_BY_STATUS[statusCode ?? 0];
  if (error instanceof OrbError || code === undefined) return error;
  return new OrbError({ code, reason: message, remedy: "Fix the request and try again." }, { cause: error });
}

/** Hooks of every answer: none is a promise, for each of those costs the webhook door more than what it does. */
function observe(server: HttpServer, telemetry: Telemetry): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    reply.header("X-Request-Id", request.id);
    reply.header("X-Content-Type-Options", "nosniff");
    reply.header("Cache-Control", "no-store");
    done(null, payload);
  });
  server.addHook("onResponse", (request, reply, done) => {
    telemetry.httpAnswered({
      // The template of the route; an address that is none must not become a label.
      route: request.routeOptions.url ?? "unknown",
      method: request.method,
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
      requestId: request.id,
    });
    done();
  });
}
