import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach } from "../../../support/testing.ts";
import { useDatabase } from "../../../support/database.ts";
import { OutboxStore } from "../../../../src/outbox/store.ts";
import { Projects } from "../../../../src/projects/record.ts";
import { ProjectStore } from "../../../../src/projects/store.ts";
import { PullRequestStore } from "../../../../src/pull-requests/record/store.ts";
import { parseSignal } from "../../../../src/signals/rules/parse-signal.ts";
import { ProjectTelemetry } from "../../../../src/telemetry/projects.ts";
import { rootNames } from "../../../../src/workspaces/record/rules/root-names.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import type { StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { takeSignals } from "../../../../src/workspaces/registry/take-signal.ts";
import { RetentionDesk } from "../../../../src/workspaces/retention/retention-desk.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";
import { createLogger } from "../../../../src/monitoring/logger.ts";
import { Metrics } from "../../../../src/monitoring/metrics.ts";

export const HOST = "h-1";

/** Stores with projects and workspaces, a clock, and a root on the real disk, for the tests of a file. */
export interface RegistryScene {
  readonly store: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly pullRequestStore: PullRequestStore;
  readonly projects: Projects;
  readonly database: ReturnType<typeof useDatabase>["database"];
  readonly desk: RetentionDesk;
  /** An empty folder for each test. */
  readonly root: WorkspaceRoot;
  /** Its names: as it is configured, and without links. */
  readonly roots: readonly string[];
  readonly badPaths: string[];
  readonly now: () => Date;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** The path of a workspace in the root. */
  path(name: string): string;
  /** Takes in a signal as the bot does: first its project, then the workspaces, in one transaction. */
  hear(
    type: string,
    data: Record<string, unknown>,
    options?: { readonly at?: Date; readonly source?: string; readonly receivedAt?: Date },
  ): Promise<void>;
  /** A workspace of the root. */
  find(name: string): Promise<StoredWorkspace>;
}

/** Call it once, at the top of a file. The root and the records are empty before each test. */
export function useRegistry(): RegistryScene {
  const instruments = { log: createLogger({ level: "silent", format: "json" }), metrics: new Metrics() };
  // The real time at first, because that is what the times of files are compared with.
  let nowMs = Date.now();
  const now = () => new Date(nowMs);
  const scene = { badPaths: [] as string[] } as unknown as {
    -readonly [Name in keyof RegistryScene]: RegistryScene[Name];
  };
  const own = useDatabase(({ database }) => {
    scene.store = new WorkspaceStore(database);
    scene.projectStore = new ProjectStore(database);
    scene.pullRequestStore = new PullRequestStore(database);
    const outbox = new OutboxStore(database, { relayed: false });
    const telemetry = new ProjectTelemetry(instruments);
    scene.projects = new Projects({ store: scene.projectStore, outbox, telemetry, now });
  });
  beforeAll(() => {
    scene.database = own.database;
  });
  beforeEach(async () => {
    nowMs = Date.now();
    scene.badPaths.length = 0;
    for (const { model } of [scene.store, scene.projectStore, scene.pullRequestStore]) {
      await model.collection.deleteMany({});
    }
    const folder = await realpath(await mkdtemp(join(tmpdir(), "orb-registry-")));
    scene.root = await WorkspaceRoot.open(folder);
    scene.roots = rootNames(folder, scene.root.path);
    const { store, projectStore, pullRequestStore, roots } = scene;
    const whyOutside = () => null;
    scene.desk = new RetentionDesk({ store, projectStore, pullRequestStore, roots, whyOutside, now });
  });
  afterEach(async () => {
    await scene.root.close();
    await rm(scene.root.path, { recursive: true });
  });
  return Object.assign(scene, {
    now,
    pass: (ms: number) => void (nowMs += ms),
    path: (name: string) => `${scene.root.path}/${name}`,
    find: async (name: string) => {
      const found = await scene.store.findByPath(HOST, `${scene.root.path}/${name}`);
      if (!found) throw new Error(`No workspace ${name} is known`);
      return found;
    },
    hear: (type: string, data: Record<string, unknown>, options: Parameters<RegistryScene["hear"]>[2] = {}) =>
      hear(scene, { type, data, ...options }),
  });
}

async function hear(
  scene: RegistryScene,
  {
    type,
    data,
    at = scene.now(),
    source = "urn:test",
    receivedAt = scene.now(),
  }: {
    readonly type: string;
    readonly data: Record<string, unknown>;
    readonly at?: Date;
    readonly source?: string;
    readonly receivedAt?: Date;
  },
): Promise<void> {
  const event = { specversion: "1.0", id: crypto.randomUUID(), source, type, time: at.toISOString(), data };
  const signal = parseSignal(event, receivedAt);
  const { store, projectStore, desk, now, badPaths } = scene;
  const onBadPath = (_: unknown, { message }: Error) => void badPaths.push(message);
  const handle = takeSignals({ store, projectStore, desk, now, onBadPath });
  const reports = await scene.database.transaction(async (transaction) => [
    await scene.projects.recordSignal(signal, transaction),
    await handle(signal, { receivedAt, transaction }),
  ]);
  for (const report of reports) report();
}

/** The data of `orb.project.created` for a workspace of the root. */
export function creation(scene: Pick<RegistryScene, "path">, project: string, name = project) {
  return {
    project: { id: project, name: "Greet", userId: `user-of-${project}` },
    repository: "octo/hello",
    workspace: { host: HOST, path: scene.path(name) },
  };
}
