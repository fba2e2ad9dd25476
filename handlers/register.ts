import { toStartFailure } from "../src/mongo/failure.ts";
import type { App } from "../src/app.ts";
import { OrbError } from "../src/errors.ts";
import { collectRoutes } from "../src/http/contract/collect-routes.ts";
import { describeApi } from "../src/http/contract/describe-api.ts";
import type { HttpServer } from "../src/http/http-server.ts";
import { type Problems, SERVER_PROBLEMS } from "../src/http/problem.ts";
import { createHttpServer } from "../src/http/server.ts";
import { openWebhookProxy, type WebhookProxy } from "../src/http/webhook-proxy.ts";
import { toMongoFailure } from "../src/mongo/failure.ts";
import { problemsOf, type Subject } from "../src/subject.ts";
import { descriptionRoutes } from "./http/description.ts";
import { docsPageRoutes } from "./http/docs-page.ts";
import { healthRoutes } from "./http/health.ts";
import { metricsRoutes } from "./http/metrics.ts";
import { systemRoutes } from "./http/system.ts";
import { WEBHOOKS_PATH } from "./http/webhooks.ts";

export interface Doors {
  /** The address of the HTTP server; `null` for a process without the role `web` that has no port for its health either. */
  readonly url: string | null;
  /** Takes no more requests and work, and waits for running work. */
  close(): Promise<void>;
  /** Called if that takes too long: ends connections that wait for an answer. */
  cut(): void;
  /** Called if even that was not enough: running work is not to blame for the end of the process. */
  giveUp(): Promise<void>;
}

/** Runs the routes, loops and jobs of all subjects that the roles of the process include. */
export async function openDoors(app: App): Promise<Doors> {
  const { config, changes, clock, health, redis, stop, subjects, startJobs } = app;
  const isWeb = config.roles.has("web");
  const server = isWeb ? createRoutes(app) : createHealthServer(app);
  const url = server && (await listen(app, server));
  // Only once the address is ours: a process that can't listen must not have begun any work.
  const proxy = url === null || !isWeb ? null : await openProxy(app, url);
  stop.asked.addEventListener("abort", () => app.appCheck.stop());
  await app.appCheck.start();
  // Only HTTP shows it.
  if (server) await health.start();
  const work = config.roles.has("worker") ? startWork(app) : null;
  app.presence.begin();
  for (const { collection, listener, orChanged = [] } of subjects.flatMap(({ hears = [] }) => hears)) {
    changes.on(collection, listener, { orChanged });
  }
  changes.open();
  if (work && startJobs) {
    for (const job of subjects.flatMap(({ jobs = [] }) => jobs)) clock.every(job);
    await clock.start().catch((error: unknown) => {
      throw toStartFailure(error);
    });
  }
  return {
    url,
    close: async () => {
      health.stopping();
      // If the process is killed before its work has ended, that is no crash. `giveUp` says it again.
      void app.heartbeat.sayGoodbye().catch(() => {});
      stop.ask();
      const gone = app.presence.end();
      await proxy?.close();
      // At once: while a slow request is answered, no loop may take new work.
      await Promise.all([server?.close(), clock.stop(), work?.stopLoops()]);
      health.stop();
      await work?.stopSubjects();
      await gone;
    },
    cut: () => {
      server?.server.closeAllConnections();
      redis?.commands.disconnect();
    },
    giveUp: () => app.heartbeat.sayGoodbye(),
  };
}

/** What the routes are made of; the description of the API needs no more. */
export interface AppOfRoutes extends Pick<
  App,
  "tokens" | "requestLimits" | "metrics" | "storedCounts" | "health" | "gates" | "instances" | "now"
> {
  readonly subjects: readonly Subject[];
  readonly sessions: App["sessions"] | null;
  readonly audit: App["audit"] | null;
  readonly telemetry: Pick<App["telemetry"], "http">;
}

/**
 * The HTTP server with the routes of all subjects.
 *
 * @param prepare called before the first route is added
 */
export function createRoutes(app: AppOfRoutes, prepare: (server: HttpServer) => void = () => {}): HttpServer {
  const { subjects, instances, health, metrics, storedCounts, now } = app;
  const problems = problemsOf(subjects, SERVER_PROBLEMS);
  const server = serverOf(app, problems);
  prepare(server);
  const routes = collectRoutes(server);
  for (const bind of subjects.flatMap(({ routes = [] }) => routes)) bind(server);
  healthRoutes(server, health);
  systemRoutes(server, { instances, health, storedCounts, metrics, now });
  metricsRoutes(server, { metrics, storedCounts });
  descriptionRoutes(server, () => describeApi(routes, problems));
  docsPageRoutes(server);
  return server;
}

/** How a process without the role `web` is, for probes and for Prometheus; `null` if it has no port for that. */
function createHealthServer(app: App): HttpServer | null {
  const { config, health, metrics, storedCounts } = app;
  if (config.http.healthPort === null) return null;
  const server = serverOf(app, SERVER_PROBLEMS);
  healthRoutes(server, health);
  metricsRoutes(server, { metrics, storedCounts });
  return server;
}

/** Without routes. */
function serverOf(
  { tokens, sessions, audit, gates, requestLimits, telemetry, now }: AppOfRoutes,
  problems: Problems,
): HttpServer {
  return createHttpServer({
    tokens,
    sessions,
    audit,
    gates,
    limits: requestLimits,
    isHttps: sessions?.isHttps ?? false,
    telemetry: telemetry.http,
    translate: toMongoFailure,
    problems,
    now,
  });
}

async function listen({ config }: App, server: HttpServer): Promise<string> {
  const { host, port: webPort, healthPort } = config.http;
  const port = config.roles.has("web") ? webPort : (healthPort ?? webPort);
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    throw new OrbError(
      {
        code: "cannot_listen",
        reason: `The bot can't listen on ${host}:${port}: ${(cause as Error).message}.`,
        remedy: "Set HOST and PORT, or HEALTH_PORT, to a free address of this machine.",
      },
      { cause },
    );
  }
}

async function openProxy({ config, telemetry }: App, url: string): Promise<WebhookProxy | null> {
  const source = config.webhookProxyUrl?.reveal();
  if (source === undefined) return null;
  const onError = (error: unknown) => telemetry.process.setback("webhook_proxy", error);
  return openWebhookProxy({ source, target: `${url}${WEBHOOKS_PATH}`, onError });
}

interface Work {
  /** Takes no more work, and waits for running work. */
  stopLoops(): Promise<void>;
  /** After that: ends what loops and requests have used. */
  stopSubjects(): Promise<void>;
}

function startWork({ subjects, changes }: App): Work {
  const loops = subjects.flatMap(({ loops: own = [] }) => own);
  for (const { loop, wokenBy = [] } of loops) {
    for (const { collection, orChanged = [] } of wokenBy) {
      changes.on(collection, () => loop.nudge(), { orChanged });
    }
    if (wokenBy.length > 0) changes.onState((isOpen) => loop.hears(isOpen));
    loop.start();
  }
  return {
    stopLoops: async () => {
      await Promise.all(loops.map(({ loop }) => loop.stop()));
    },
    stopSubjects: async () => {
      await Promise.all(subjects.map(async (subject) => subject.stop?.()));
    },
  };
}
