import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Clock } from "./agenda/clock.ts";
import { JobStore } from "./agenda/job-store.ts";
import type { Config } from "./config.ts";
import { MissedDeliveryStore } from "./deliveries/missed-store.ts";
import { MissedDeliveries } from "./deliveries/repair.ts";
import { PartStore } from "./deliveries/part-store.ts";
import { DeliveryStore } from "./deliveries/store.ts";
import { GitHub } from "./github/github.ts";
import { SharedWriteSlots } from "./github/wire/shared-write-slots.ts";
import { OwnWriteSlots } from "./github/wire/write-slots.ts";
import { InstallationStore } from "./installations/installation-store.ts";
import { Installations } from "./installations/installations.ts";
import { RepositoryStore } from "./installations/repository-store.ts";
import { ChangeFeed } from "./mongo/change-feed.ts";
import { Database } from "./mongo/database.ts";
import { migrate, type Migration } from "./mongo/migrate.ts";
import { createLogger, type Logger } from "./monitoring/logger.ts";
import { Metrics } from "./monitoring/metrics.ts";
import { type DependencyCheck, ReadinessChecks } from "./monitoring/readiness.ts";
import { Relay } from "./outbox/relay.ts";
import { OutboxStore } from "./outbox/store.ts";
import { RelayLease } from "./outbox/relay-lease-store.ts";
import { Projects } from "./projects/record.ts";
import { ProjectStore } from "./projects/store.ts";
import { WakeStore } from "./pull-requests/intake/wake-store.ts";
import { Marker } from "./pull-requests/record/marker.ts";
import { Previewer } from "./pull-requests/plan/preview.ts";
import { PullRequestWork } from "./pull-requests/pull-request-work.ts";
import type { Checkpoint } from "./pull-requests/steps/progress.ts";
import { Rebuild } from "./pull-requests/upkeep/rebuild.ts";
import { RebuildStore } from "./pull-requests/upkeep/rebuild-store.ts";
import { RenameStore } from "./pull-requests/upkeep/rename-store.ts";
import { PullRequestStore } from "./pull-requests/record/store.ts";
import { SweepStore } from "./pull-requests/intake/sweep-store.ts";
import { connectRedis, type RedisClient } from "./redis/client.ts";
import { SettingsInForce } from "./repository-settings/in-force.ts";
import { SettingsStore } from "./repository-settings/store.ts";
import { SignalIntake } from "./signals/intake.ts";
import { SignalStore } from "./signals/store.ts";
import type { ProcessTelemetry } from "./telemetry/process.ts";
import { createTelemetry } from "./telemetry/create-telemetry.ts";
import { Templates } from "./text/templates.ts";
import { PACE, type Pace } from "./work/pace.ts";
import { Tokens } from "./tokens/authenticate.ts";

/** What a test may put in the place of the real thing. */
export interface Overrides {
  readonly now: () => Date;
  readonly random: () => number;
  readonly checkpoint: Checkpoint;
  /** How long work stays with a process that has died. */
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly log: Logger;
  /** Whether what is done again and again begins by itself; where not, a test begins it. */
  readonly startJobs: boolean;
}

export type App = Awaited<ReturnType<typeof createApp>>;

const TEMPLATES = fileURLToPath(new URL("../templates", import.meta.url));
/** As long as a lease: whoever takes work over finds it free. */
const TRANSACTION_SECONDS_MAX = 10;
const PING_TIMEOUT_MS = 1_000;
const LEASE_MS = 10_000;
/** A job stays longer with a process that has died than other work does: nobody waits for it. */
const JOB_LOCK_PER_LEASE = 3;

/**
 * Puts the house together: the only caller of constructors. Connects to the stores, opens no door and starts
 * no work.
 *
 * @throws OrbError where MongoDB can't be used
 */
export async function createApp(config: Config, overrides: Partial<Overrides> = {}) {
  const base = createBase(config, overrides);
  const { telemetry, now, owner, leaseMs } = base;
  const database = await Database.connect(config.mongodbUri.reveal());
  const stores = openStores(database, { relayed: config.redisUrl !== null });
  await bringUpToDate(database, migrationsOf(stores, now), base);
  await warnAboutTransactions(database, telemetry.process);
  const { outboxStore: outbox } = stores;
  const changes = new ChangeFeed(database, (error) => telemetry.process.setback("change_feed", error));
  const redis = connectToRedis(config.redisUrl, telemetry.process);
  const github = createGitHub(base, { ...stores, redis: redis?.commands ?? null });
  const projects = new Projects({ store: stores.projectStore, outbox, telemetry: telemetry.projects, now });
  const planned = {
    store: stores.pullRequestStore,
    projectStore: stores.projectStore,
    settings: new SettingsInForce({ store: stores.settingsStore, now }),
    github,
    marker: new Marker(config.github.privateKey),
    templates: new Templates(TEMPLATES),
  };
  const relay =
    redis &&
    new Relay({
      store: outbox,
      turns: stores.relayLease,
      turnMs: leaseMs,
      redis: redis.commands,
      telemetry: telemetry.outbox,
      owner,
      now,
    });
  return {
    ...base,
    ...stores,
    database,
    changes,
    redis,
    github,
    projects,
    pullRequestWork: new PullRequestWork({
      ...base,
      ...planned,
      projects,
      outbox,
      database,
      telemetry: telemetry.pullRequests,
    }),
    installations: new Installations({ ...stores, telemetry: telemetry.installations }),
    previewer: new Previewer(planned),
    ...createUpkeep(base, { ...planned, ...stores, projects, database }),
    relay,
    intake: new SignalIntake({ store: stores.signalStore, telemetry: telemetry.signals, now }),
    tokens: new Tokens(config.http.adminToken),
    readiness: new ReadinessChecks(dependencies(database, redis?.commands ?? null), (dependency, up) =>
      telemetry.process.dependencyChecked(dependency, up),
    ),
    close: closing({ redis, changes, database }),
  };
}

/** Lets go of everything that `createApp` took, the last first. */
function closing({
  redis,
  changes,
  database,
}: {
  redis: ReturnType<typeof connectToRedis>;
  changes: ChangeFeed;
  database: Database;
}): () => Promise<void> {
  return async () => {
    redis?.commands.disconnect();
    redis?.reader.disconnect();
    await changes.close();
    await database.close();
  };
}

/** What webhooks told any process of installations and repositories, each of them goes by. */
function createGitHub(
  base: ReturnType<typeof createBase>,
  {
    installationStore,
    repositoryStore,
    redis,
  }: { installationStore: InstallationStore; repositoryStore: RepositoryStore; redis: RedisClient | null },
): GitHub {
  const { config, telemetry, pace } = base;
  return new GitHub({
    ...base,
    config: config.github,
    telemetry: telemetry.github,
    slots: redis
      ? new SharedWriteSlots({ redis, telemetry: telemetry.github, pace })
      : new OwnWriteSlots(pace),
    permissionsOf: async (id) => (await installationStore.find(id))?.permissions ?? null,
    settingsShaOf: async (fullName) => (await repositoryStore.findByName(fullName))?.settingsSha ?? null,
  });
}

/** What is done again and again, and the clock that does it. */
function createUpkeep(
  base: ReturnType<typeof createBase>,
  deps: Omit<ConstructorParameters<typeof Rebuild>[0], "telemetry" | "now"> & {
    readonly missedDeliveryStore: MissedDeliveryStore;
    readonly deliveryStore: DeliveryStore;
    readonly jobStore: JobStore;
  },
) {
  const { database, github, missedDeliveryStore: store, deliveryStore: inbox, jobStore } = deps;
  const { jobs, deliveries, pullRequests } = base.telemetry;
  return {
    clock: new Clock({
      ...base,
      database,
      store: jobStore,
      lockMs: base.leaseMs * JOB_LOCK_PER_LEASE,
      telemetry: jobs,
    }),
    missedDeliveries: new MissedDeliveries({ ...base, github, store, inbox, telemetry: deliveries }),
    rebuild: new Rebuild({ ...base, ...deps, telemetry: pullRequests }),
  };
}

async function warnAboutTransactions(database: Database, telemetry: ProcessTelemetry): Promise<void> {
  const seconds = await database.transactionLifetimeSeconds();
  if (seconds !== null && seconds > TRANSACTION_SECONDS_MAX) telemetry.transactionsLinger(seconds);
}

/** What needs nothing but the configuration. */
function createBase(config: Config, overrides: Partial<Overrides>) {
  const {
    now = () => new Date(),
    random = Math.random,
    checkpoint = () => {},
    leaseMs = LEASE_MS,
    pace = PACE,
    startJobs = true,
  } = overrides;
  const log = overrides.log ?? createLogger(config.log);
  const metrics = new Metrics();
  return {
    config,
    log,
    metrics,
    telemetry: createTelemetry({ log, metrics }),
    /** Names this process in leases; a restart is another one. */
    owner: `${config.workerHost}/${process.pid}/${randomUUID().slice(0, 8)}`,
    now,
    random,
    checkpoint,
    leaseMs,
    pace,
    startJobs,
  };
}

async function bringUpToDate(
  database: Database,
  migrations: readonly Migration[],
  { owner, leaseMs, telemetry }: ReturnType<typeof createBase>,
): Promise<void> {
  const onApplied = (applied: { id: string; durationMs: number }) => telemetry.process.migrated(applied);
  try {
    await migrate(database, migrations, { owner, leaseMs, onApplied });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** In the order in which they are run. */
function migrationsOf({ rebuildStore }: { rebuildStore: RebuildStore }, now: () => Date): Migration[] {
  // Decided before any work: with the first record the database would look as if it had a past.
  const decide = async () => void (await rebuildStore.isDue(now()));
  return [{ id: "pull-requests/1-decide-whether-to-rebuild", run: decide }];
}

function openStores(database: Database, { relayed }: { relayed: boolean }) {
  const pullRequestStore = new PullRequestStore(database);
  return {
    deliveryStore: new DeliveryStore(database),
    partStore: new PartStore(database),
    signalStore: new SignalStore(database),
    projectStore: new ProjectStore(database),
    pullRequestStore,
    wakeStore: new WakeStore(pullRequestStore),
    renameStore: new RenameStore(pullRequestStore),
    sweepStore: new SweepStore(pullRequestStore),
    rebuildStore: new RebuildStore(database, pullRequestStore),
    installationStore: new InstallationStore(database),
    repositoryStore: new RepositoryStore(database),
    outboxStore: new OutboxStore(database, { relayed }),
    relayLease: new RelayLease(database),
    settingsStore: new SettingsStore(database),
    missedDeliveryStore: new MissedDeliveryStore(database),
    jobStore: new JobStore(database),
  };
}

function connectToRedis(redisUrl: Config["redisUrl"], telemetry: ProcessTelemetry) {
  if (redisUrl === null) {
    telemetry.aloneWithoutRedis();
    return null;
  }
  const url = redisUrl.reveal();
  const onError = (error: Error) => telemetry.setback("redis_connection", error);
  return {
    commands: connectRedis(url, { purpose: "commands", onError }),
    reader: connectRedis(url, { purpose: "blocking-reads", onError }),
  };
}

function dependencies(database: Database, redis: RedisClient | null): DependencyCheck[] {
  const mongodb = { name: "mongodb", check: () => database.ping(PING_TIMEOUT_MS) };
  return redis ? [mongodb, { name: "redis", check: () => redis.ping() }] : [mongodb];
}
