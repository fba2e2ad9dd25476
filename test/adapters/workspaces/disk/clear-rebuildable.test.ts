import { existsSync } from "node:fs";
import { runGit } from "../../../../fixtures/meta-agent/git.ts";
import { appendFile, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "../../../support/testing.ts";
import { longStory, sampled } from "../../../support/sample.ts";
import { useDatabase } from "../../../support/database.ts";
import { testWorker } from "../../../support/worker.ts";
import { LeasedWork } from "../../../../src/mongo/queue/leased-work.ts";
import { createLogger } from "../../../../src/monitoring/logger.ts";
import { Metrics } from "../../../../src/monitoring/metrics.ts";
import { WorkspaceTelemetry } from "../../../../src/telemetry/workspaces.ts";
import type { Checkpoint } from "../../../../src/workspaces/cleanups/run-cleanup.ts";
import { CleanupStore } from "../../../../src/workspaces/cleanups/store.ts";
import { HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";
import { RebuildableClearing } from "../../../../src/workspaces/hosts/clear-rebuildable.ts";
import { HostStore, type StoredHost } from "../../../../src/workspaces/record/host-store.ts";
import { IDLE_MS } from "../../../../src/workspaces/hosts/rules/relief-facts.ts";
import { ThisHost } from "../../../../src/workspaces/this-host.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import type { Lease, StoredWorkspace } from "../../../../src/workspaces/record/workspace.ts";
import { refreshWorkspace } from "../../../../src/workspaces/registry/refresh-workspace.ts";
import { TreeThreads } from "../../../../src/workspaces/removal/walk/tree-threads.ts";

const HOST = "host-1";
const LARGE = Buffer.alloc(1024 * 1024, 1);
const ONE = { noticedBy: "signal" } as const;
const POINTS = ["clear:marked", "clear:moved", "clear:checked", "clear:condemned", "clear:deleted"] as const;

class Died extends Error {}

const own = useDatabase(() => {});
const finder = new HolderFinder();
const threads = new TreeThreads();
const telemetry = new WorkspaceTelemetry({
  log: createLogger({ level: "silent", format: "json" }),
  metrics: new Metrics(),
});
let folder: string;
let made = 0;
let stores: { workspaces: WorkspaceStore; cleanupStore: CleanupStore; hosts: HostStore };
let thisHost: ThisHost;
let path: string;
let workspace: StoredWorkspace;

/** Long after the files were made. */
const now = () => new Date(Date.now() + 2 * IDLE_MS);

beforeAll(() => {
  const { database } = own;
  stores = {
    workspaces: new WorkspaceStore(database),
    cleanupStore: new CleanupStore(database),
    hosts: new HostStore(database),
  };
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "orb-clear-"));
  thisHost = new ThisHost({ name: HOST, root: folder, archive: null });
  path = join(folder, `w-${++made}`);
  await mkdir(join(path, "target", "debug"), { recursive: true });
  await writeFile(join(path, "target", "debug", "app"), LARGE);
  await writeFile(join(path, ".gitignore"), "target\n");
  await runGit(path, ["init", "--quiet"]);
  await runGit(path, ["add", ".gitignore"]);
  await writeFile(join(path, "notes.txt"), "of an agent");
  const noticed = { host: HOST, path, ...ONE, at: now(), now: now() };
  const record = await own.database.transaction((transaction) =>
    stores.workspaces.openForChange(noticed, transaction),
  );
  const root = await thisHost.open();
  const measured = await refreshWorkspace(
    record,
    { root, store: stores.workspaces, now },
    new AbortController().signal,
  );
  workspace = measured ?? record;
});
afterEach(async () => {
  await thisHost.close();
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  await finder.close();
  await threads.close();
});

/** The turn to relieve the disk, and one process that has it. */
async function takeTurn() {
  const { hosts } = stores;
  const report = { root: folder, realRoot: folder, hasArchive: false, usage: null, problem: null };
  await hosts.report(HOST, report, now());
  const worker = testWorker(own.database, { owner: "worker", leaseMs: 10_000, now });
  await worker.heartbeat.hold();
  const turns = new LeasedWork<StoredHost, string>(hosts.model, { worker, waitMsMax: IDLE_MS });
  const turn = (await turns.claim()) ?? (await turns.takeOver());
  if (!turn) throw new Error("Somebody else has the turn");
  const clearing = (checkpoint: Checkpoint = () => {}) =>
    new RebuildableClearing(turn.lease, {
      ...stores,
      thisHost,
      database: own.database,
      turns,
      finder,
      threads,
      telemetry,
      checkpoint,
      isPaused: () => Promise.resolve(false),
      worker,
    });
  const end = () =>
    turns.release(turn.lease, { dueAt: now(), attempts: 0, update: { $set: { clearing: null } } });
  return { clearing, end };
}

const underWay = async () => (await stores.hosts.find(HOST))?.clearing ?? null;
const inTrash = () => readdir(join(folder, ".orb", "trash")).catch(() => []);
const isThere = () => existsSync(join(path, "target", "debug", "app"));

async function giveLease(): Promise<void> {
  const until = new Date(now().getTime() + IDLE_MS);
  const lease: Lease = { kind: "heartbeat", holder: "an agent", until, signal: null, since: now() };
  await stores.workspaces.change(workspace._id, ({ leases }) => ({ leases: [...leases, lease] }));
}

describe("a folder that a command makes again", () => {
  test("is removed, its size is known as free, and the workspace is as it was", async () => {
    const { clearing, end } = await takeTurn();
    expect(workspace.size?.rebuildable.bytes).toBeGreaterThanOrEqual(LARGE.length);
    expect(await clearing().clear(workspace)).toBe(true);
    expect([isThere(), await inTrash(), await underWay()]).toEqual([false, [], null]);
    expect((await readdir(path)).toSorted()).toEqual([".git", ".gitignore", "notes.txt"]);
    const after = await stores.workspaces.find(workspace._id);
    expect(after?.size?.rebuildable).toEqual({ bytes: 0, inodes: 0 });
    expect(after?.leases).toEqual([]);
    await end();
  });

  test.each(sampled("kill points of a clearing", POINTS, ["clear:moved", "clear:condemned"]))(
    "killed at %s: the next process ends it, and nothing is in the trash",
    async (point) => {
      const { clearing, end } = await takeTurn();
      const dying = clearing((name) => {
        if (name === point) throw new Died();
      });
      await expect(dying.clear(workspace)).rejects.toThrow(Died);
      const left = await underWay();
      if (left) await clearing().finish(left);
      expect([await inTrash(), await underWay()]).toEqual([[], null]);
      expect(isThere()).toBe(point === "clear:marked");
      expect(existsSync(join(path, "notes.txt"))).toBe(true);
      await end();
    },
  );

  test.each([
    ["a lease is given", "clear:checked", giveLease],
    ["a lease is given before the rename", "clear:marked", giveLease],
    [
      "something in it is written through a path that was open",
      "clear:moved",
      async () => {
        const [name = ""] = await inTrash();
        await appendFile(join(folder, ".orb", "trash", name, "debug", "app"), "more");
      },
    ],
  ] as const)("is put back if meanwhile %s", async (_, point, act) => {
    const { clearing, end } = await takeTurn();
    const disturbed = clearing(async (name) => {
      if (name === point) await act();
    });
    expect(await disturbed.clear(workspace)).toBe(false);
    expect([isThere(), await inTrash(), await underWay()]).toEqual([true, [], null]);
    await end();
  });

  test("stays if the workspace was used a short while ago, which only its files show", async () => {
    const { clearing, end } = await takeTurn();
    const soon = now();
    await utimes(join(path, "notes.txt"), soon, soon);
    expect(await clearing().clear(workspace)).toBe(false);
    expect(isThere()).toBe(true);
    await end();
  });

  longStory("stays while somebody has a lease on the workspace", async () => {
    const { clearing, end } = await takeTurn();
    await giveLease();
    expect(await clearing().clear(workspace)).toBe(false);
    expect(isThere()).toBe(true);
    await end();
  });
});
