import type { App } from "../src/app.ts";
import type { DeliveryHandler } from "../src/deliveries/delivery.ts";
import type { DeliveryIntake } from "../src/deliveries/intake.ts";
import { DELIVERIES_COLLECTION } from "../src/deliveries/store.ts";
import { DeliveryWork } from "../src/deliveries/delivery-work.ts";
import { OrbError } from "../src/errors.ts";
import type { HttpServer } from "../src/http/http-server.ts";
import { PROBLEMS } from "../src/http/problem.ts";
import { createHttpServer } from "../src/http/server.ts";
import { openWebhookProxy, type WebhookProxy } from "../src/http/webhook-proxy.ts";
import { toMongoFailure } from "../src/mongo/failure.ts";
import { OUTBOX_COLLECTION } from "../src/outbox/store.ts";
import { PULL_REQUESTS_COLLECTION } from "../src/pull-requests/record/store.ts";
import { StreamConsumer } from "../src/redis/stream-consumer.ts";
import { SIGNALS_COLLECTION } from "../src/signals/store.ts";
import { SignalWork } from "../src/signals/signal-work.ts";
import { Loop } from "../src/work/loop.ts";
import { backOffMs } from "../src/work/rules/back-off.ts";
import { deliveryRoutes } from "./http/deliveries.ts";
import { healthRoutes } from "./http/health.ts";
import { metricsRoutes } from "./http/metrics.ts";
import { projectRoutes } from "./http/projects.ts";
import { pullRequestCommandRoutes } from "./http/pull-request-commands.ts";
import { pullRequestRoutes } from "./http/pull-requests.ts";
import { settingsRoutes } from "./http/settings.ts";
import { signalRoutes } from "./http/signals.ts";
import { WEBHOOKS_PATH, webhookRoutes } from "./http/webhooks.ts";
import { missedDeliveries } from "./jobs/missed-deliveries.ts";
import { rebuild } from "./jobs/rebuild.ts";
import { reconcile } from "./jobs/reconcile.ts";
import { signalHandler } from "./signal-handler.ts";
import { SIGNALS_GROUP, SIGNALS_STREAM, signalStreamHandler } from "./streams/signal-stream.ts";
import { webhookHandlers, webhookIntake } from "./webhook-handlers.ts";

/** How long one read of the stream waits for entries. */
const ENTRIES_WAIT_MS = 1_000;
const SIGNALS_AT_ONCE = 4;
const PUBLISHED_AT_ONCE = 4;
const DELIVERIES_AT_ONCE = 8;
/** Their handlers touch stores only, so one that is not done in a part of the time that other work has is nobody's any more. */
const DELIVERY_LEASES_PER_LEASE = 2;

export interface Doors {
  /** Where HTTP is served; `null` for a process without the role `web`. */
  readonly url: string | null;
  /** Lets nobody in any more, and waits for what is under way. */
  close(): Promise<void>;
  /** Where that takes too long: what is still under way is not to blame for the end of the process. */
  giveUp(): Promise<void>;
}

/** Opens every way into the system that the process's roles ask for: this file is the whole list. */
export async function openDoors(app: App): Promise<Doors> {
  const { roles } = app.config;
  const handlers = webhookHandlers(app);
  const deliveries = webhookIntake(app, handlers);
  const server = roles.has("web") ? createRoutes(app, deliveries) : null;
  const url = server && (await listen(app, server));
  // Not before the address is known to be ours: a process that can't listen must not have begun anything.
  const proxy = url === null ? null : await openProxy(app, url);
  const work = roles.has("worker") ? startWork(app, { deliveries, handlers }) : null;
  app.changes.open();
  if (roles.has("worker") && app.startJobs) await startClock(app, new Set(handlers.keys()));
  return {
    url,
    close: async () => {
      app.readiness.stopping();
      await proxy?.close();
      await server?.close();
      await app.clock.stop();
      await work?.stop();
    },
    giveUp: async () => work?.recordCleanStop(),
  };
}

function createRoutes(app: App, deliveries: DeliveryIntake): HttpServer {
  const { tokens, telemetry, now } = app;
  const server = createHttpServer({
    tokens,
    telemetry: telemetry.http,
    translate: toMongoFailure,
    problems: PROBLEMS,
    now,
  });
  webhookRoutes(server, deliveries);
  deliveryRoutes(server, app);
  signalRoutes(server, app);
  projectRoutes(server, app);
  pullRequestRoutes(server, app);
  pullRequestCommandRoutes(server, app);
  settingsRoutes(server);
  healthRoutes(server, app);
  metricsRoutes(server, app);
  return server;
}

async function listen({ config }: App, server: HttpServer): Promise<string> {
  const { host, port } = config.http;
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    throw new OrbError(
      {
        code: "cannot_listen",
        reason: `The bot can't listen on ${host}:${port}: ${(cause as Error).message}.`,
        remedy: "Set HOST and PORT to a free address of this machine.",
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

interface Webhooks {
  readonly deliveries: DeliveryIntake;
  readonly handlers: ReadonlyMap<string, DeliveryHandler>;
}

function startWork(app: App, webhooks: Webhooks) {
  const { signalStore: store, pullRequestWork, relay, changes, telemetry } = app;
  const signalWork = new SignalWork({
    ...app,
    store,
    telemetry: telemetry.signals,
    handle: signalHandler(app),
  });

  // One lane alone takes over what killed a process: poison work can stop only that lane.
  const publishing = loop(app, pullRequestWork, {
    concurrency: PUBLISHED_AT_ONCE,
    onError: (error) => telemetry.pullRequests.setback("pull_request_loop", error),
  });
  const signals = loop(app, signalWork, {
    concurrency: SIGNALS_AT_ONCE,
    onError: (error) => telemetry.signals.setback("signal_loop", error),
  });
  const relaying =
    relay &&
    new Loop({
      ...paceOf(app),
      runOnce: () => relay.relayBatch(),
      nextDueAt: () => relay.nextLookAt(),
      onError: (error) => telemetry.outbox.setback("relay", error),
    });
  const stream = openStream(app);

  app.intake.onStored(() => signals.nudge());
  changes.on(SIGNALS_COLLECTION, () => signals.nudge());
  changes.on(PULL_REQUESTS_COLLECTION, () => publishing.nudge(), { orChanged: ["round", "nudges"] });
  if (relaying) changes.on(OUTBOX_COLLECTION, () => relaying.nudge());

  const inbox = deliveryWork(app, webhooks);
  const loops = [
    inbox.loop,
    signals,
    publishing,
    ...(relaying ? [relaying] : []),
    ...(stream ? [stream.loop] : []),
  ];
  for (const each of loops) each.start();
  return {
    stop: async () => {
      stream?.interrupt();
      await Promise.all(loops.map((each) => each.stop()));
      await relay?.giveBackTurn();
    },
    recordCleanStop: async () => {
      await Promise.all([inbox.work, signalWork, pullRequestWork].map((each) => each.recordCleanStop()));
    },
  };
}

async function startClock(app: App, events: ReadonlySet<string>): Promise<void> {
  for (const job of [missedDeliveries(app, events), reconcile(app), rebuild(app)]) app.clock.every(job);
  await app.clock.start();
}

function deliveryWork(app: App, { deliveries, handlers }: Webhooks): { work: DeliveryWork; loop: Loop } {
  const leaseMs = app.leaseMs / DELIVERY_LEASES_PER_LEASE;
  const telemetry = app.telemetry.deliveries;
  const work = new DeliveryWork({ ...app, store: app.deliveryStore, telemetry, leaseMs, handlers });
  const lanes = loop(app, work, {
    concurrency: DELIVERIES_AT_ONCE,
    onError: (error) => telemetry.setback("delivery_loop", error),
  });
  deliveries.onStored(() => lanes.nudge());
  app.changes.on(DELIVERIES_COLLECTION, () => lanes.nudge(), { orChanged: ["replays"] });
  return { work, loop: lanes };
}

function openStream(app: App) {
  const { redis, owner, now } = app;
  if (!redis) return null;
  const consumer = new StreamConsumer({
    ...redis,
    stream: SIGNALS_STREAM,
    group: SIGNALS_GROUP,
    consumer: owner,
    waitMs: ENTRIES_WAIT_MS,
    now,
  });
  const handle = signalStreamHandler(app, redis.commands);
  let interrupted = false;
  const read = async () => {
    try {
      await consumer.readBatch(handle);
    } catch (error) {
      if (!interrupted) throw error;
    }
    return !interrupted;
  };
  const onError = (error: unknown) => app.telemetry.signals.setback("signal_stream", error);
  return {
    loop: new Loop({ ...paceOf(app), runOnce: read, onError }),
    interrupt: () => {
      interrupted = true;
      consumer.interrupt();
    },
  };
}

/** What is taken from a store under leases. */
interface LeasedUnits {
  runOne(): Promise<boolean>;
  takeOverOne(): Promise<boolean>;
  nextDueAt(): Promise<Date | null>;
}

function loop(
  app: App,
  work: LeasedUnits,
  options: { concurrency: number; onError: (error: unknown) => void },
): Loop {
  return new Loop({
    ...paceOf(app),
    ...options,
    runOnce: () => work.runOne(),
    runAlone: () => work.takeOverOne(),
    nextDueAt: () => work.nextDueAt(),
  });
}

function paceOf({ pace, now }: App) {
  return { now, idleMs: pace.idleMs, errorMs: backOffMs("loop", { scale: pace.backOffScale }) };
}
