import { existsSync, mkdtempSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "../../../support/testing.ts";
import { LeasedWork } from "../../../../src/mongo/queue/leased-work.ts";
import type { WorkQueue } from "../../../../src/mongo/queue/work-queue.ts";
import { createLogger } from "../../../../src/monitoring/logger.ts";
import { Metrics } from "../../../../src/monitoring/metrics.ts";
import { OutboxStore, type StoredEvent } from "../../../../src/outbox/store.ts";
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

const HOST = "host-1";
const WAIT_MS_MAX = 400 * 24 * 3_600_000;
export const LEASE_MS = 10_000;

export interface Made {
  readonly workspace: StoredWorkspace;
  readonly path: string;
  readonly project: string;
}

/** Real folders below a root, their records in a real MongoDB, and processes that clean them up. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "orb-cleanups-"));
  readonly root = join(this.folder, "root");
  readonly archive = join(this.folder, "archive");
  readonly clock = { skewMs: 0 };
  readonly now = () => new Date(this.#own.database.clock.now().getTime() + this.clock.skewMs);
  readonly #own: OwnDatabase;
  #stores: Stores | null = null;
  #made = 0;

  /** @param useOwn gives the tests of the file a database with the stores that `open` makes */
  constructor(useOwn: (open: (own: OwnDatabase) => void) => OwnDatabase) {
    this.#own = useOwn(({ database }) => {
      this.#stores = {
        database,
        workspaces: new WorkspaceStore(database),
        store: new CleanupStore(database),
        outbox: new OutboxStore(database, { relayed: true }),
        projectStore: new ProjectStore(database),
      };
    });
  }

  get #opened(): Stores {
    if (!this.#stores) throw new Error("The bench was used before its database was there");
    return this.#stores;
  }

  get store(): CleanupStore {
    return this.#opened.store;
  }

  get workspaces(): WorkspaceStore {
    return this.#opened.workspaces;
  }

  get database(): OwnDatabase["database"] {
    return this.#own.database;
  }

  /** A workspace with these files and a record, as a signal of its project leaves it. */
  async make(
    files: Record<string, string> = { "notes.md": "All of it is pushed.\n" },
    root = this.root,
    project = `p-${++this.#made}`,
  ): Promise<Made> {
    const path = join(root, project);
    await mkdir(path);
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
    const time = this.now();
    const workspace = await this.database.transaction(async (transaction) => {
      const noticed = { host: HOST, path, noticedBy: "signal", at: time, now: time } as const;
      const record = await this.workspaces.openForChange(noticed, transaction);
      // A removed workspace of the same path is another one.
      const again = record.goneAt && { goneAt: null, generation: record.generation + 1 };
      await this.workspaces.save(record._id, { projects: [project], ...again }, transaction);
      return { ...record, projects: [project], ...again };
    });
    return { workspace, path, project };
  }

  cleanups(): Cleanups {
    return new Cleanups({ ...this.#opened, telemetry: telemetry(), now: this.now });
  }

  /** A worker of the host. */
  process(options: ProcessOptions = {}): CleanupProcess {
    const { root, archive, now } = this;
    return newProcess(options, { ...this.#opened, root, archive, now, telemetry: telemetry() });
  }

  /** Asks for a clean-up. @returns its id */
  async ask({ workspace }: Made, wish: Partial<Wish> = {}): Promise<string> {
    const cleanup = await this.database.transaction((transaction) =>
      this.cleanups().ask(workspace, wishOf(this.now(), wish), { transaction }),
    );
    return String(cleanup._id);
  }

  /** Everything that is due now, and what follows from it at once. */
  async runAll(): Promise<void> {
    const { queue } = this.process();
    while (await queue.runOne());
  }

  async stored(id: string): Promise<StoredCleanup> {
    const cleanup = await this.store.find(id);
    if (!cleanup) throw new Error(`No clean-up ${id}`);
    return cleanup;
  }

  async typesOf(project: string): Promise<string[]> {
    const events = await this.eventsOf(project);
    return events.map(({ type }) => type.replace("orb.cleanup.", ""));
  }

  async eventsOf(project: string): Promise<StoredEvent[]> {
    return this.#opened.outbox.model.find({ project }).sort({ seq: 1 }).lean();
  }

  /** Gives a lease as a heartbeat does: in a transaction that writes to the record. */
  async lease({ workspace: { host, path, _id } }: Made): Promise<void> {
    const now = this.now();
    const until = new Date(now.getTime() + 3_600_000);
    const lease: Lease = { kind: "heartbeat", holder: "agent", until, signal: null, since: now };
    await this.database.transaction(async (transaction) => {
      const noticed = { host, path, noticedBy: "signal", at: now, now } as const;
      await this.workspaces.openForChange(noticed, transaction);
      await this.workspaces.save(_id, { leases: [lease] }, transaction);
    });
  }

  async contentOf(path: string): Promise<Record<string, string> | null> {
    if (!existsSync(path)) return null;
    const names = await readdir(path);
    const texts = names.map(async (name) => [name, await readFile(join(path, name), "utf8")]);
    return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
  }

  async trash(): Promise<string[]> {
    return readdir(join(this.root, ".trash")).catch(() => []);
  }
}

/** Call it once, at the top of a file. */
export function useBench(): Bench {
  const bench = new Bench(useDatabase);
  beforeAll(async () => {
    await mkdir(bench.root, { recursive: true });
    await mkdir(bench.archive, { recursive: true });
  });
  afterAll(() => rm(bench.folder, { recursive: true, force: true }));
  return bench;
}

interface Stores {
  readonly database: OwnDatabase["database"];
  readonly workspaces: WorkspaceStore;
  readonly store: CleanupStore;
  readonly outbox: OutboxStore;
  readonly projectStore: ProjectStore;
}

function telemetry(): WorkspaceTelemetry {
  const log = createLogger({ level: "silent", format: "json" });
  return new WorkspaceTelemetry({ log, metrics: new Metrics() });
}

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
  const lease = leases.find(({ until }) => until.getTime() > Date.now());
  const because = "Its project was cancelled";
  if (!lease) return { dueAt: new Date(0), because, cause: "cancelled", reasons: [] };
  const reason = { code: "leased", reason: "An agent uses it.", remedy: "Wait." } as const;
  return { dueAt: lease.until, because, cause: "cancelled", reasons: [reason] };
};

function newProcess(
  {
    checkpoint = () => {},
    retentionOf = LEASES_ONLY,
    hands: change = (hands) => hands,
    isPaused = async () => false,
  }: ProcessOptions,
  parts: Stores & {
    readonly root: string;
    readonly archive: string;
    readonly telemetry: WorkspaceTelemetry;
    readonly now: () => Date;
  },
): CleanupProcess {
  const { root, archive, workspaces, store, outbox, projectStore, telemetry, database, now } = parts;
  const owner = `${HOST}/${++processes}`;
  const worker = testWorker(database, { owner, leaseMs: LEASE_MS, now, pace: PACE });
  const leases = new LeasedWork<StoredCleanup>(store.model, {
    worker,
    waitMsMax: WAIT_MS_MAX,
    only: { host: HOST },
  });
  const settle = new Settle({ leases, workspaces, projectStore, outbox, database, telemetry, worker });
  const eyes = plainEyes({ root, archive });
  const hands = change(plainHands({ root, archive }));
  const deciding = { eyes, workspaces, retentionOf, now };
  const writing = { hands, leases, database, outbox, settle, telemetry, checkpoint, isPaused };
  const removing = { ...deciding, eyes: hands, ...writing, stopping: worker.stop.cut };
  const queue = cleanupQueue({ leases, settle, worker, deciding, removing });
  return { queue, die: () => worker.die() };
}

const DUE = {
  origin: "retention",
  by: "retention",
  because: "Its project was cancelled",
  cause: "cancelled",
  unpushed: "keep",
  dryRun: false,
} as const;

/** A clean-up that the bot itself wants now. */
function wishOf(now: Date, wish: Partial<Wish> = {}): Wish {
  return { ...DUE, at: now, ...wish };
}
