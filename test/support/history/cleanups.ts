import { Types } from "mongoose";
import type { Database, Transaction } from "../../../src/mongo/database.ts";
import type { ProjectStore } from "../../../src/projects/store.ts";
import { CleanupRequestStore } from "../../../src/pull-requests/record/cleanup-request-store.ts";
import type { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { CLEANUP_STATUSES, type StoredCleanup } from "../../../src/workspaces/cleanups/cleanup.ts";
import { type CleanupFilter, CleanupStore } from "../../../src/workspaces/cleanups/store.ts";
import { HostStore } from "../../../src/workspaces/record/host-store.ts";
import { RestoreStore } from "../../../src/workspaces/restores/store.ts";
import { historicWorkspace } from "./others.ts";

const NOW = new Date();
const REMOVAL = {
  trashName: "historic-0123456789",
  path: "",
  folder: { dev: "1", ino: "1" },
  worktree: null,
} as const;

/** A clean-up of years ago; the first ones have not ended. */
export function historicCleanup(index: number): StoredCleanup {
  const { _id: id, host, path, generation, projects, createdAt: at } = historicWorkspace(index);
  const isOver = index >= 60;
  const archive = index % 100 === 0 ? `archive-${index}` : null;
  return {
    _id: new Types.ObjectId(),
    workspace: { id, host, path, generation },
    host,
    projects,
    turn: isOver ? null : id,
    status: isOver
      ? index % 5 === 0
        ? "cancelled"
        : "completed"
      : index % 2 === 0
        ? "deferred"
        : "scheduled",
    step: isOver ? "fenced" : "planned",
    origin: "retention",
    by: "retention",
    because: "It ended",
    cause: "merged",
    unpushed: "keep",
    saidAt: at,
    dryRun: false,
    at,
    tombstone: isOver
      ? {
          removal: REMOVAL,
          print: "",
          frees: { bytes: 0, inodes: 0 },
          mustArchive: archive !== null,
          archive,
        }
      : null,
    reasons: [],
    problem: null,
    times: 0,
    told: null,
    byHand: index % 50 === 0,
    outcome: isOver ? "removed" : null,
    freed: null,
    progress: null,
    fenceUntil: null,
    history: [],
    createdAt: at,
    startedAt: at,
    endedAt: isOver ? at : null,
    updatedAt: at,
    work: { dueAt: isOver ? null : at, owner: null, epoch: 0, attempts: 0 },
  };
}

interface Stores {
  readonly database: Database;
  readonly pullRequests: PullRequestStore;
  readonly projects: ProjectStore;
}

/** Asks what a bot asks about clean-ups, restores and hosts, with the writes in a transaction that is undone. */
export async function askAboutCleanups(stores: Stores, transaction: Transaction): Promise<void> {
  const { database, pullRequests, projects } = stores;
  const cleanups = new CleanupStore(database);
  const { _id: id, host, path, generation, projects: named } = historicWorkspace(3);
  const workspace = { id, host, path, generation };
  const wish = { workspace, projects: named, origin: "person", by: "ines", because: "Asked" } as const;
  const asked = { ...wish, cause: "asked", unpushed: "keep", at: NOW } as const;
  await cleanups.add({ ...asked, dryRun: true }, { now: NOW, transaction });
  const { cleanup } = await cleanups.add({ ...asked, dryRun: false }, { now: NOW, transaction });
  await cleanups.activeOf(id, transaction);
  await cleanups.changeAtRest(cleanup, { $set: { updatedAt: NOW } }, transaction);
  await projects.noteWorkspaceGone(
    named[0] ?? "",
    { host, path, at: NOW, outcome: "removed", archive: null },
    transaction,
  );
  const requests = new CleanupRequestStore(pullRequests);
  await requests.takeOne(transaction);
  const restore = { workspace, archive: "archive-1", removal: REMOVAL, by: "ines" };
  await new RestoreStore(database).ask(restore, { now: NOW, transaction });
  await new HostStore(database).notePressure(
    host,
    { pressureSince: NOW, pressureBecause: "Full" },
    transaction,
  );
}

/** The same for what is read outside of transactions. */
export async function readCleanups({ database, pullRequests }: Stores): Promise<void> {
  const cleanups = new CleanupStore(database);
  const { _id: id, host, projects } = historicWorkspace(3);
  const ids = [id, historicWorkspace(50)._id, historicWorkspace(100)._id];
  await cleanups.activeOfAll(ids);
  await cleanups.cancelledByHand(ids);
  await cleanups.lastArchiving(id);
  await cleanups.lastArchivingOfAll(ids);
  for (const filter of [{}, { host }, { project: projects[0] }]) {
    await cleanups.list({ ...filter, archived: true }, { before: null, limit: 20 });
  }
  await new RestoreStore(database).unfinishedOf(ids);
  await cleanups.removalsOf(host);
  await cleanups.countByStatus();
  await cleanups.find(String(new Types.ObjectId()));
  const filters: CleanupFilter[] = [{}, { host }, { project: projects[0] }, { workspace: id }];
  for (const status of [undefined, ...CLEANUP_STATUSES]) {
    for (const filter of filters) {
      for (const before of [null, String(new Types.ObjectId())]) {
        await cleanups.list({ ...filter, status }, { before, limit: 20 });
      }
    }
  }
  await new CleanupRequestStore(pullRequests).hasOne();
  await new RestoreStore(database).latestOf(id);
  await readHosts(new HostStore(database));
}

async function readHosts(hosts: HostStore): Promise<void> {
  const report = { root: "/w", realRoot: "/w", hasArchive: true, usage: null, problem: null };
  await hosts.report("historic-host", report, NOW);
  await hosts.find("historic-host");
  await hosts.findAll(["historic-host", "another"]);
  await hosts.list({ after: null, limit: 20 });
  await hosts.list({ after: "h", limit: 20 });
  await hosts.askRelief("historic-host", { by: "ines", at: NOW });
  await hosts.pause("historic-host", null);
  await hosts.isPaused("historic-host");
}
