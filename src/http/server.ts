import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { fastify, type FastifyRequest } from "fastify";
import { OrbError } from "../errors.ts";
import { withLogFields } from "../monitoring/log-fields.ts";
import type { HttpTelemetry } from "../telemetry/http.ts";
import type { Caller } from "../tokens/authenticate.ts";
import { requireScope } from "./access.ts";
import { AllowedMethods } from "./allowed-methods.ts";
import { limitAnswers } from "./answer-limit.ts";
import { type AuditLog, auditChanges } from "./audit-changes.ts";
import { answerBrokenRequest, endWithProblem } from "./broken-request.ts";
import { callerOf, type Recognised } from "./caller-of.ts";
import { cutUnfinished } from "./cut-unfinished.ts";
import { fromFastify } from "./framework-refusal.ts";
import type { Gates } from "./dependency.ts";
import { guardDependencies, suspectNeeds } from "./gates.ts";
import type { HttpServer, SchemaTypes } from "./http-server.ts";
import type { RequestLimits } from "./limit-requests.ts";
import { readJson } from "./json-body.ts";
import { everyAnswer, setOnEveryAnswer } from "./every-answer.ts";
import { describeProblem, type ProblemContext, sendProblem } from "./problem.ts";
import { acceptHeaders, answerUnknown, checkRequest, unknownAddress } from "./request-checks.ts";
import { strictQueries, validateWithZod } from "./validate.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How late a time-out may act: Node looks for slow requests this often, by default every 30 seconds. */
const TIMEOUT_CHECK_MS = 1_000;
const ID_CHARACTERS_MAX = 300;
const REQUEST_ID = /^[\w.-]{1,128}$/;

interface Deps extends Omit<ProblemContext, "headers">, Recognised {
  readonly gates: Gates;
  /** Whether browsers reach the bot by HTTPS, as its operator says. */
  readonly isHttps: boolean;
  /** Where it is stored who changed what; `null`: nowhere. */
  readonly audit: AuditLog | null;
  readonly limits: RequestLimits;
  readonly telemetry: HttpTelemetry;
  /** Turns a store's own error into an `OrbError`. */
  readonly translate: (error: unknown) => unknown;
}

/** The HTTP server without its routes: who may call what, how errors look, and what is counted. */
export function createHttpServer(deps: Deps): HttpServer {
  const { limits, audit, gates, telemetry, translate, problems, now } = deps;
  const headers = everyAnswer(deps);
  const context = { problems, now, headers };
  const brokenAnswered = (status: number | null) => {
    if (status !== null) telemetry.refusedUnread(status);
  };
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      requireHostHeader: false, // `checkRequest` requires it, with an answer in our own form
    },
    forceCloseConnections: "idle",
    return503OnClosing: false, // the same
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: ID_CHARACTERS_MAX },
    frameworkErrors: (error, request, reply) => {
      telemetry.refusedUnread(error.statusCode ?? 500);
      void sendProblem(reply, fromFastify(error, request), context);
    },
    clientErrorHandler: (error, socket) => brokenAnswered(answerBrokenRequest(error, socket, context)),
  }).withTypeProvider<SchemaTypes>();
  server.setValidatorCompiler(validateWithZod);
  // The compiler and the tests compare answers with their schemas. Here a field that an older version did not store would become a 500.
  server.setSerializerCompiler(() => JSON.stringify);
  server.decorate("everyAnswer", headers);
  server.decorateRequest("caller", null);
  server.decorateRequest("lookUpCaller", async function lookUpCaller(this: FastifyRequest) {
    return callerOf(this, deps);
  });
  server.decorateRequest("actor", {
    getter(this: FastifyRequest) {
      return this.caller?.actor ?? null;
    },
  });
  server.decorateRequest("session", null);
  readJson(server);
  logWithId(server);
  strictQueries(server);
  auditChanges(server, { audit, telemetry, now });
  limitAnswers(server, (config) => suspectNeeds(config, gates));
  cutUnfinished(server);
  guardDependencies(server, gates);
  limits.announce(server);
  guard(server, limits);
  answerProblems(server, { limits, telemetry, translate, context });
  refuseOddities(server, { context, brokenAnswered });
  setOnEveryAnswer(server, headers);
  observe(server, telemetry);
  return server;
}

function guard(server: HttpServer, limits: RequestLimits): void {
  const methods = new AllowedMethods();
  let closing = false;
  server.addHook("preClose", (done) => {
    closing = true;
    done();
  });
  server.addHook("onRoute", ({ config, method, url }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not define who may call it`);
    methods.add(url, method);
  });
  server.addHook("onRequest", (request, reply, done) => {
    const admit = (caller: Caller | null) => {
      const { access } = request.routeOptions.config;
      request.caller = caller;
      try {
        if (access !== undefined && access !== "open") requireScope(caller, access);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    };
    const answer = () => {
      const refusal = answerUnknown(request, reply, methods);
      if (refusal) done(refusal);
    };
    try {
      checkRequest(request, closing);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (request.is404) {
      limits.admitUnknown(request).then(answer, done);
      return;
    }
    // There is nothing to wait for: a promise would cost each webhook time.
    if (limits.passes(request)) admit(null);
    else limits.admit(request).then(admit, done);
  });
}

function answerProblems(
  server: HttpServer,
  {
    limits,
    telemetry,
    translate,
    context,
  }: Pick<Deps, "limits" | "telemetry" | "translate"> & { readonly context: ProblemContext },
): void {
  server.setErrorHandler(async (thrown, request, reply) => {
    const error = await limits.afterRefusal(request, fromFastify(translate(thrown), request));
    if (!(error instanceof OrbError))
      telemetry.bug("http_route", error, {
        method: request.method,
        route: request.routeOptions.url,
        requestId: request.id,
        userId: request.actor?.id,
      });
    else if (error.code === "unsupported_media_type") reply.headers(acceptHeaders(request));
    await sendProblem(reply, error, context);
  });
  // The check before it has refused the request already, unless a route asks for this answer.
  server.setNotFoundHandler(({ url }) => {
    throw unknownAddress(url);
  });
}

/** Requests for which Node's server has an answer of its own, or none. */
function refuseOddities(
  server: HttpServer,
  { context, brokenAnswered }: { context: ProblemContext; brokenAnswered: (status: number) => void },
): void {
  server.server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const error = new OrbError({
      code: "expectation_failed",
      reason: "The header Expect names something that the server does not do.",
      remedy: "Leave the header out, or send “Expect: 100-continue”.",
    });
    const { status, headers, body } = describeProblem(error, randomUUID(), context);
    response.writeHead(status, headers).end(body);
    brokenAnswered(status);
  });
  server.server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    const error = new OrbError({
      code: "method_not_allowed",
      reason: "The server is no proxy, so it does not have the method CONNECT.",
      remedy: "Send the request to the server itself.",
    });
    brokenAnswered(endWithProblem(socket, error, context));
  });
}

/** After the body, whose events would lose them. A webhook has none: its intake is told, and it would cost each of them time. */
function logWithId(server: HttpServer): void {
  server.addHook("preHandler", ({ id: requestId, routeOptions }, _reply, done) => {
    if (routeOptions.config.access === "open") done();
    else withLogFields({ requestId }, done);
  });
}

/** Not async: a promise would cost the webhook door more time than the hook's own work. */
function observe(server: HttpServer, telemetry: HttpTelemetry): void {
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
