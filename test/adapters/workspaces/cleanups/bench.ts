import { existsSync, mkdtempSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "../../../support/testing.ts";
import { LeasedWork } from "../../../../src/mongo/leased-work.ts";
import type { WorkQueue } from "../../../../src/mongo/work-queue.ts";
import { createLogger } from "../../../../src/monitoring/logger.ts";
import { Metrics } from "../../../../src/monitoring/metrics.ts";
import { OutboxStore } from "../../../../src/outbox/store.ts";
import { ProjectStore } from "../../../../src/projects/store.ts";
import { WorkspaceTelemetry } from "../../../../src/telemetry/workspaces.ts";
import { PACE } from "../../../../src/work/pace.ts";
import type { StoredCleanup } from "../../../../src/workspaces/cleanups/cleanup.ts";
import { cleanupQueue } from "../../../../src/workspaces/cleanups/cleanup-work.ts";
import { Cleanups, type Wish } from "../../../../src/workspaces/cleanups/cleanups.ts";
import type { RetentionOf } from "../../../../src/workspaces/cleanups/decide.ts";
import type { CleanupHands } from "../../../../src/workspaces/cleanups/hands.ts";
import type { Checkpoint } from "../../../../src/workspaces/cleanups/run-cleanup.ts";
import { Settle } from "../../../../src/workspaces/cleanups/settle.ts";
import { CleanupStore } from "../../../../src/workspaces/cleanups/store.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import type { Lease, StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { type OwnDatabase, useDatabase } from "../../../support/database.ts";
import { testWorker } from "../../../support/worker.ts";
import { plainEyes, plainHands } from "../../../support/workspaces/plain-hands.ts";

export const HOST = "host-1";
const WAIT_MS_MAX = 400 * 24 * 3_600_000;
export const LEASE_MS = 10_000;

export interface Made {
  readonly workspace: StoredWorkspace;
  readonly path: string;
  readonly project: string;
}

/** Real folders below a root, their records in a real MongoDB, and processes that clean them up. */
export function useBench() {
  const folder = mkdtempSync(join(tmpdir(), "orb-cleanups-"));
  const root = join(folder, "root");
  const archive = join(folder, "archive");
  let workspaces: WorkspaceStore;
  let store: CleanupStore;
  let outbox: OutboxStore;
  let projectStore: ProjectStore;
  const own: OwnDatabase = useDatabase(({ database }) => {
    workspaces = new WorkspaceStore(database);
    store = new CleanupStore(database);
    outbox = new OutboxStore(database, { relayed: true });
    projectStore = new ProjectStore(database);
  });
  beforeAll(async () => {
    await mkdir(root, { recursive: true });
    await mkdir(archive, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const telemetry = () =>
    new WorkspaceTelemetry({ log: createLogger({ level: "silent", format: "json" }), metrics: new Metrics() });
  const clock = { skewMs: 0 };
  const now = () => new Date(own.database.clock.now().getTime() + clock.skewMs);
  let made = 0;

  return {
    root,
    archive,
    clock,
    now,
    get store() {
      return store;
    },
    get workspaces() {
      return workspaces;
    },
    get database() {
      return own.database;
    },
    /** A workspace with these files and a record, as a signal of its project leaves it. */
    make: async (files: Record<string, string> = { "notes.md": "All of it is pushed.\n" }): Promise<Made> => {
      made++;
      const project = `p-${made}`;
      const path = join(root, project);
      await mkdir(path);
      for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
      const time = now();
      const workspace = await own.database.transaction(async (transaction) => {
        const noticed = { host: HOST, path, noticedBy: "signal", at: time, now: time } as const;
        const record = await workspaces.openForChange(noticed, transaction);
        await workspaces.save(record._id, { projects: [project] }, transaction);
        return { ...record, projects: [project] };
      });
      return { workspace, path, project };
    },
    cleanups: () => new Cleanups({ store, outbox, database: own.database, telemetry: telemetry(), now }),
    /** A worker of the host. */
    process: (options: ProcessOptions = {}): CleanupProcess =>
      newProcess(options, {
        ...{ root, archive, workspaces, store, outbox, projectStore, now, telemetry: telemetry() },
        database: own.database,
      }),
    typesOf: async (project: string): Promise<string[]> => {
      const events = await outbox.model.find({ project }).sort({ seq: 1 }).lean();
      return events.map(({ type }) => type.replace("orb.cleanup.", ""));
    },
    eventsOf: (project: string) => outbox.model.find({ project }).sort({ seq: 1 }).lean(),
    /** Gives a lease as a heartbeat does: in a transaction that writes to the record. */
    lease: async ({ workspace: { host, path, _id } }: Made, until = new Date(now().getTime() + 3_600_000)) => {
      const lease: Lease = { kind: "heartbeat", holder: "agent", until, signal: null, since: now() };
      await own.database.transaction(async (transaction) => {
        const noticed = { host, path, noticedBy: "signal", at: now(), now: now() } as const;
        await workspaces.openForChange(noticed, transaction);
        await workspaces.save(_id, { leases: [lease] }, transaction);
      });
    },
    contentOf: async (path: string): Promise<Record<string, string> | null> => {
      if (!existsSync(path)) return null;
      const names = await readdir(path);
      const texts = await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), "utf8")]));
      return Object.fromEntries(texts) as Record<string, string>;
    },
    trash: async (): Promise<string[]> => readdir(join(root, ".trash")).catch(() => []),
  };
}

export type Bench = ReturnType<typeof useBench>;

interface ProcessOptions {
  readonly checkpoint?: Checkpoint;
  readonly retentionOf?: RetentionOf;
  readonly hands?: (hands: CleanupHands) => CleanupHands;
  readonly isPaused?: () => Promise<boolean>;
}

export interface CleanupProcess {
  readonly queue: WorkQueue<StoredCleanup>;
  /** From now on it shows no sign of life. */
  die(): void;
}

let processes = 0;

/** Due at once, unless a lease runs: as the rule of `retention/` says it. */
const LEASES_ONLY: RetentionOf = async ({ leases }) => {
  const [lease] = leases.filter(({ until }) => until.getTime() > Date.now());
  const because = "Its project was cancelled";
  if (!lease) return { dueAt: new Date(0), because, cause: "cancelled", reasons: [] };
  const reason = { code: "leased", reason: "An agent uses it.", remedy: "Wait." } as const;
  return { dueAt: lease.until, because, cause: "cancelled", reasons: [reason] };
};

function newProcess(
  { checkpoint = () => {}, retentionOf = LEASES_ONLY, hands: change = (hands) => hands, isPaused = async () => false }: ProcessOptions,
  parts: {
    readonly root: string;
    readonly archive: string;
    readonly workspaces: WorkspaceStore;
    readonly store: CleanupStore;
    readonly outbox: OutboxStore;
    readonly projectStore: ProjectStore;
    readonly telemetry: WorkspaceTelemetry;
    readonly database: OwnDatabase["database"];
    readonly now: () => Date;
  },
): CleanupProcess {
  const { root, archive, workspaces, store, outbox, projectStore, telemetry, database, now } = parts;
  const owner = `${HOST}/${++processes}`;
  const worker = testWorker(database, { owner, leaseMs: LEASE_MS, now, pace: PACE });
  const leases = new LeasedWork<StoredCleanup>(store.model, { worker, waitMsMax: WAIT_MS_MAX, only: { host: HOST } });
  const settle = new Settle({ leases, workspaces, projectStore, outbox, database, telemetry, worker });
  const eyes = plainEyes({ root, archive });
  const hands = change(plainHands({ root, archive }));
  const deciding = { eyes, workspaces, retentionOf, now };
  const removing = {
    ...{ ...deciding, eyes: hands, hands, leases, database, outbox, settle, telemetry, checkpoint, isPaused },
    stopping: worker.stop.cut,
  };
  const queue = cleanupQueue({ leases, settle, worker, deciding, removing });
  return { queue, die: () => worker.die() };
}

/** A clean-up that the bot itself wants now. */
export function wishOf(now: Date, wish: Partial<Wish> = {}): Wish {
  return {
    ...{ origin: "retention", by: "retention", because: "Its project was cancelled", cause: "cancelled" },
    ...{ unpushed: "keep", dryRun: false, at: now },
    ...wish,
  } as Wish;
}
