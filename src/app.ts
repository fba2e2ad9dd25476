import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { cleanupRoutes } from "../handlers/http/cleanups.ts";
import { deliveryRoutes } from "../handlers/http/deliveries.ts";
import { diskRoutes } from "../handlers/http/disk.ts";
import { projectRoutes } from "../handlers/http/projects.ts";
import { pullRequestCommandRoutes } from "../handlers/http/pull-request-commands.ts";
import { pullRequestRoutes } from "../handlers/http/pull-requests.ts";
import { settingsRoutes } from "../handlers/http/settings.ts";
import { signalRoutes } from "../handlers/http/signals.ts";
import { webhookRoutes } from "../handlers/http/webhooks.ts";
import { workspaceRoutes } from "../handlers/http/workspaces.ts";
import { signalStream } from "../handlers/streams/signal-stream.ts";
import { webhookHandlers } from "../handlers/webhook-handlers.ts";
import { Clock } from "./agenda/clock.ts";
import { JobStore } from "./agenda/job-store.ts";
import type { Config } from "./config.ts";
import { deliveries } from "./deliveries/subject.ts";
import { closeAll, connectToRedis, feedOf, readinessOf, type Redis } from "./dependencies.ts";
import type { GitHub } from "./github/github.ts";
import { github } from "./github/subject.ts";
import type { Installations } from "./installations/installations.ts";
import { installations } from "./installations/subject.ts";
import { Database } from "./mongo/database.ts";
import { StoredHeartbeat } from "./mongo/queue/heartbeat.ts";
import { migrate } from "./mongo/migrate.ts";
import { createLogger, type Logger } from "./monitoring/logger.ts";
import { Metrics } from "./monitoring/metrics.ts";
import { outbox } from "./outbox/subject.ts";
import { projects } from "./projects/subject.ts";
import type { Checkpoint } from "./pull-requests/steps/progress.ts";
import { pullRequests } from "./pull-requests/subject.ts";
import { repositorySettings } from "./repository-settings/subject.ts";
import { signals } from "./signals/subject.ts";
import { signalHandlersOf, type Subject, webhooksOf } from "./subject.ts";
import { HttpTelemetry } from "./telemetry/http.ts";
import { JobTelemetry } from "./telemetry/jobs.ts";
import type { Instruments } from "./telemetry/part.ts";
import { ProcessTelemetry } from "./telemetry/process.ts";
import { StoredCounts } from "./telemetry/stored-counts.ts";
import { Templates } from "./text/templates/templates.ts";
import { Tokens } from "./tokens/authenticate.ts";
import { PACE, type Pace } from "./work/pace.ts";
import { Apart } from "./work/apart/apart.ts";
import { Stop } from "./work/stop.ts";
import type { Worker } from "./work/worker.ts";
import type { WorkspaceNeeds } from "./workspaces/needs.ts";
import { workspaces } from "./workspaces/subject.ts";

/** Parts that a test may replace. */
export interface Overrides {
  readonly now: () => Date;
  readonly random: () => number;
  readonly checkpoint: Checkpoint;
  /** The length of a lease: how long work stays with a process that has died. */
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly log: Logger;
  /** Threads that several bots share. They are not closed with the bot. */
  readonly apart: Apart;
  /** Whether recurring jobs are started; otherwise a test starts them. */
  readonly startJobs: boolean;
  /** More subjects, on top of the others. */
  readonly subjects: (shared: Shared) => readonly Subject[];
}

/** What any subject may ask for. */
export interface Shared {
  readonly config: Config;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly instruments: Instruments;
  readonly worker: Worker;
  readonly apart: Apart;
}

export type App = Awaited<ReturnType<typeof createApp>>;

const TEMPLATES = fileURLToPath(new URL("../templates", import.meta.url));
/** As long as a lease, so that work is free once another process takes it over. */
const TRANSACTION_SECONDS_MAX = 10;
const LEASE_MS = 10_000;
/**
 * The lock of a job lasts longer than a lease after its process has died, because nobody waits for a job. The clock asks for
 * jobs twice in that time, so it is also what an idle process costs.
 */
const JOB_LOCK_PER_LEASE = 6;

/**
 * Puts the bot together: connects to the stores, prepares the database and collects the subjects. Opens no door and starts no
 * work; that is for `handlers/register.ts`.
 *
 * @throws OrbError if MongoDB can't be used
 */
export async function createApp(config: Config, overrides: Partial<Overrides> = {}) {
  const { random = Math.random, checkpoint = () => {} } = overrides;
  const { leaseMs = LEASE_MS, pace = PACE, startJobs = true, subjects: more = () => [] } = overrides;
  const log = overrides.log ?? createLogger(config.log);
  const metrics = new Metrics();
  metrics.watchProcess();
  const instruments = { log, metrics };
  const telemetry = { process: new ProcessTelemetry(instruments), http: new HttpTelemetry(instruments) };
  const owner = `${config.workerHost}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const database = await Database.connect(config.mongodbUri.reveal());
  const { now = database.clock.now } = overrides;
  const onError = (error: unknown) => telemetry.process.setback("heartbeat", error);
  const heartbeat = new StoredHeartbeat(database, { owner, leaseMs, now, onError });
  const redis = connectToRedis(config.redisUrl, telemetry.process);
  const { apart = new Apart() } = overrides;
  const close = () => closeAll({ database, redis, heartbeat, apart: overrides.apart ? null : apart });
  const stop = new Stop();
  const worker = { owner, leaseMs, heartbeat, pace, now, random, stop };
  const clock = clockOf({ database, instruments, worker });
  const collected = collectSubjects(
    { config, database, redis, instruments, worker, apart },
    { checkpoint, more },
  );
  const migrations = collected.subjects.flatMap((subject) => subject.migrations ?? []);
  const onApplied = (applied: { id: string; durationMs: number }) => telemetry.process.migrated(applied);
  const prepare = () => migrate(database, migrations, { owner, leaseMs, onApplied });
  try {
    await prepare();
    await warnAboutTransactions(database, telemetry.process);
  } catch (error) {
    await close();
    throw error;
  }
  const { backOffScale } = pace;
  const changes = feedOf({ database, clock, telemetry: telemetry.process, prepare, backOffScale });
  return {
    config,
    metrics,
    storedCounts: new StoredCounts(instruments, collected.subjects),
    telemetry,
    tokens: new Tokens(config.http.adminToken),
    readiness: readinessOf(collected.githubSubject, { database, redis, telemetry: telemetry.process }),
    appCheck: collected.githubSubject.appCheck,
    changes,
    clock,
    stop,
    startJobs,
    heartbeat,
    now,
    close: async () => {
      await changes.close();
      await close();
    },
    database,
    redis,
    subjects: collected.subjects,
    webhooks: collected.incoming.webhooks,
    ...storesOf(collected),
  };
}

function clockOf({ database, instruments, worker }: Pick<Shared, "database" | "instruments" | "worker">) {
  const { owner, leaseMs, now, random } = worker;
  const lockMs = leaseMs * JOB_LOCK_PER_LEASE;
  const telemetry = new JobTelemetry(instruments);
  return new Clock({ database, store: new JobStore(database), owner, lockMs, now, random, telemetry });
}

/** For tests, which read them to see what happened. */
function storesOf(collected: ReturnType<typeof collectSubjects>) {
  const { installationsSubject, projectsSubject, pullRequestsSubject } = collected;
  return {
    installations: installationsSubject.installations,
    installationStore: installationsSubject.installationStore,
    repositoryStore: installationsSubject.repositoryStore,
    projectStore: projectsSubject.store,
    pullRequestStore: pullRequestsSubject.parts.pullRequestStore,
    signalStore: collected.incoming.signalsSubject.store,
    deliveryStore: collected.incoming.deliveriesSubject.store,
    outboxStore: collected.outboxSubject.store,
    workspaceParts: collected.workspacesSubject.parts,
  };
}

/**
 * Calls the subjects from the bottom to the top. Each gets what it needs from those before it, and its doors from
 * `handlers/`. A new subject is one more line in the list.
 */
function collectSubjects(
  shared: Shared,
  { checkpoint, more }: { checkpoint: Checkpoint; more: Overrides["subjects"] },
) {
  const { config, database, redis, instruments, worker, apart } = shared;
  const { now } = worker;
  const commands = redis?.commands ?? null;

  const outboxSubject = outbox({ database, redis: commands, instruments, worker });
  const installationsSubject = installations({ database, instruments, now });
  const { installationStore, repositoryStore } = installationsSubject;
  const githubSubject = github({
    config: config.github,
    redis: commands,
    installationStore,
    repositoryStore,
    instruments,
    worker,
    realNow: database.clock.now,
  });
  const settingsSubject = repositorySettings({ database, apart, doors: [settingsRoutes], now });
  const projectsSubject = projects({ database, outbox: outboxSubject.store, instruments, now });
  const below = {
    ...shared,
    github: githubSubject.gitHub,
    outbox: outboxSubject.store,
    projects: projectsSubject.projects,
    projectStore: projectsSubject.store,
    settings: settingsSubject.settings,
    checkpoint,
  };
  const { pullRequestsSubject, workspacesSubject } = upperSubjects(below, installationsSubject.installations);
  const subjects: Subject[] = [
    outboxSubject,
    installationsSubject,
    githubSubject,
    settingsSubject,
    projectsSubject,
    pullRequestsSubject,
    workspacesSubject,
    ...more(shared),
  ];
  const incoming = incomingSubjects(shared, { github: githubSubject.gitHub, acting: subjects });
  return {
    subjects: [...subjects, incoming.deliveriesSubject, incoming.signalsSubject],
    incoming,
    githubSubject,
    outboxSubject,
    installationsSubject,
    projectsSubject,
    pullRequestsSubject,
    workspacesSubject,
  };
}

/** The subjects that use all others. */
function upperSubjects(
  below: Omit<WorkspaceNeeds, "doors" | "pullRequestStore"> & Shared,
  installations: Installations,
) {
  const { github, retention } = below.config;
  const pullRequestsSubject = pullRequests({
    ...below,
    appId: github.appId,
    privateKey: github.privateKey,
    installations,
    templates: new Templates(TEMPLATES),
    retentionDays: retention.pullRequestDays,
    doors: [projectRoutes, pullRequestRoutes, pullRequestCommandRoutes],
    webhooks: webhookHandlers,
  });
  const { pullRequestStore } = pullRequestsSubject.parts;
  const doors = [cleanupRoutes, workspaceRoutes, diskRoutes];
  return { pullRequestsSubject, workspacesSubject: workspaces({ ...below, pullRequestStore, doors }) };
}

/** Webhooks and signals come last, because all other subjects act on them. */
function incomingSubjects(
  { config, database, redis, instruments, worker }: Shared,
  { github: gitHub, acting }: { github: GitHub; acting: readonly Subject[] },
) {
  const webhooks = webhooksOf(acting);
  const deliveriesSubject = deliveries({
    database,
    github: gitHub,
    secret: config.github.webhookSecret,
    handlers: webhooks,
    doors: [webhookRoutes, deliveryRoutes],
    instruments,
    worker,
  });
  const signalsSubject = signals({
    database,
    redis,
    handlers: signalHandlersOf(acting),
    doors: [signalRoutes],
    streamDoor: signalStream,
    retentionDays: config.retention.signalDays,
    instruments,
    worker,
  });
  return { webhooks, deliveriesSubject, signalsSubject };
}

async function warnAboutTransactions(database: Database, telemetry: ProcessTelemetry): Promise<void> {
  const seconds = await database.transactionLifetimeSeconds();
  if (seconds !== null && seconds > TRANSACTION_SECONDS_MAX) telemetry.transactionsLinger(seconds);
}
