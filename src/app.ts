import { randomUUID } from "node:crypto";
import { Clock } from "./agenda/clock.ts";
import { JobStore } from "./agenda/job-store.ts";
import type { Config } from "./config.ts";
import { closeAll, connectToRedis, feedOf, gatesOf, healthOf } from "./dependencies.ts";
import type { Health } from "./health/health.ts";
import { Database } from "./mongo/database.ts";
import { Presence } from "./instances/presence.ts";
import { InstanceStore } from "./instances/store.ts";
import { StoredHeartbeat } from "./mongo/queue/heartbeat.ts";
import { migrate } from "./mongo/migrate.ts";
import { createLogger, type Logger } from "./monitoring/logger.ts";
import { Metrics } from "./monitoring/metrics.ts";
import { type Monitor, noMonitor } from "./monitoring/monitor.ts";
import type { Checkpoint } from "./pull-requests/steps/progress.ts";
import { type Subject } from "./subject.ts";
import { HttpTelemetry } from "./telemetry/http.ts";
import { JobTelemetry } from "./telemetry/jobs.ts";
import { ProcessTelemetry } from "./telemetry/process.ts";
import { StoredCounts } from "./telemetry/stored-counts.ts";
import { VERSION } from "./version.ts";
import { PACE, type Pace } from "./work/pace.ts";
import { Apart } from "./work/apart/apart.ts";
import { Stop } from "./work/stop.ts";
import { collectSubjects, type Shared } from "./all-subjects.ts";

/** Parts that a test may replace. */
export interface Overrides {
  readonly now: () => Date;
  readonly random: () => number;
  readonly checkpoint: Checkpoint;
  /** The length of a lease: how long work stays with a process that has died. */
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where failures and traces are reported; nowhere unless given. It is not closed with the bot. */
  readonly monitor: Monitor;
  /** Threads that several bots share. They are not closed with the bot. */
  readonly apart: Apart;
  /** Whether recurring jobs are started; otherwise a test starts them. */
  readonly startJobs: boolean;
  /** More subjects, on top of the others. */
  readonly subjects: (shared: Shared) => readonly Subject[];
}

export type App = Awaited<ReturnType<typeof createApp>>;

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
  const { instruments, telemetry } = instrumentsOf(config, overrides);
  const owner = `${config.workerHost}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const database = await Database.connect(config.mongodbUri.reveal());
  const { now = database.clock.now } = overrides;
  const onError = (error: unknown) => telemetry.process.setback("heartbeat", error);
  const heartbeat = new StoredHeartbeat(database, { owner, leaseMs, now, onError });
  const redis = connectToRedis(config.redisUrl, telemetry.process);
  const { apart = new Apart() } = overrides;
  const close = () => closeAll({ database, redis, heartbeat, apart: overrides.apart ? null : apart });
  const present = presenceOf(database, { config, owner, now, telemetry: telemetry.process });
  const stop = new Stop();
  const worker = { owner, leaseMs, heartbeat, pace, now, random, stop };
  const jobs = new JobStore(database);
  const clock = clockOf({ database, jobs, instruments, worker });
  const shared = { config, database, redis, instruments, worker, apart };
  const collected = collectSubjects(shared, { checkpoint, more });
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
  const { subjects } = collected;
  const health = healthOf({ database, redis, subjects, jobs, worker, telemetry: telemetry.process });
  const changes = feedOf({ database, clock, telemetry: telemetry.process, prepare, pace });
  return {
    config,
    metrics: instruments.metrics,
    monitor: instruments.monitor,
    telemetry,
    storedCounts: new StoredCounts(instruments, subjects),
    ...guardsOf(collected, { database, health }),
    health,
    changes,
    clock,
    stop,
    startJobs,
    heartbeat,
    ...present,
    now,
    close: () => changes.close().then(close),
    database,
    redis,
    subjects,
    webhooks: collected.incoming.webhooks,
    ...storesOf(collected),
  };
}

function instrumentsOf(
  config: Config,
  { log = createLogger(config.log), metrics = new Metrics(), monitor = noMonitor() }: Partial<Overrides>,
) {
  metrics.watchProcess();
  const instruments = { log, metrics, monitor };
  const telemetry = { process: new ProcessTelemetry(instruments), http: new HttpTelemetry(instruments) };
  monitor.onTrouble((problem) => telemetry.process.monitorFails(problem));
  return { instruments, telemetry };
}

/** Which processes run, and that this one does. */
function presenceOf(
  database: Database,
  {
    config,
    owner,
    now,
    telemetry,
  }: { config: Config; owner: string; now: () => Date; telemetry: ProcessTelemetry },
) {
  const { workerHost: host, roles } = config;
  const instances = new InstanceStore(database);
  const self = { _id: owner, host, pid: process.pid, roles: [...roles], version: VERSION };
  const onError = (error: unknown) => telemetry.setback("presence", error);
  return { instances, presence: new Presence({ store: instances, self, now, onError }) };
}

/** What every request passes. */
function guardsOf(
  {
    githubSubject,
    tokensSubject,
    sessionsSubject,
    auditSubject,
    limitsSubject,
  }: ReturnType<typeof collectSubjects>,
  { database: { primary }, health }: { readonly database: Database; readonly health: Health },
) {
  return {
    appCheck: githubSubject.appCheck,
    gates: gatesOf(githubSubject, { primary, health }),
    tokens: tokensSubject.tokens,
    sessions: sessionsSubject.browserSessions,
    audit: auditSubject.store,
    requestLimits: limitsSubject.requestLimits,
  };
}

function clockOf({
  database,
  jobs: store,
  instruments,
  worker,
}: Pick<Shared, "database" | "instruments" | "worker"> & { readonly jobs: JobStore }) {
  const { owner, leaseMs, now, random } = worker;
  const lockMs = leaseMs * JOB_LOCK_PER_LEASE;
  const telemetry = new JobTelemetry(instruments);
  return new Clock({ database, store, owner, lockMs, now, random, telemetry });
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

async function warnAboutTransactions(database: Database, telemetry: ProcessTelemetry): Promise<void> {
  const seconds = await database.transactionLifetimeSeconds();
  if (seconds !== null && seconds > TRANSACTION_SECONDS_MAX) telemetry.transactionsLinger(seconds);
}
