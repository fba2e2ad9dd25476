import { OrbError, refusalOf } from "../../errors.ts";
import type { Database } from "../../mongo/database.ts";
import type { Claim, LeasedWork } from "../../mongo/queue/leased-work.ts";
import { crashedRefusal, WorkQueue } from "../../mongo/queue/work-queue.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import { isStopped } from "../../work/stop.ts";
import type { Worker } from "../../work/worker.ts";
import { restoreArchive } from "../archive/restore.ts";
import type { ThisHost } from "../this-host.ts";
import { unknownFolder } from "../record/new-workspace.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Lease } from "../record/workspace.ts";
import { lowerFence } from "../removal/fence.ts";
import { shownPath } from "../tree/shown-path.ts";
import type { NotAsBefore, StoredRestore } from "./store.ts";

/** What was restored is left alone for so long: the person who asked for it needs time to look. */
const LEFT_ALONE_MS = 24 * 3_600_000;
const SHOWN_MAX = 100;

const CRASHED = crashedRefusal("restore", {
  code: "restore_crashed",
  remedy: "Find the cause in their logs, fix it, and ask again (POST /api/v1/workspaces/{id}/restore).",
});

interface Deps {
  readonly leases: LeasedWork<StoredRestore>;
  readonly thisHost: ThisHost;
  readonly workspaces: WorkspaceStore;
  readonly database: Database;
  readonly telemetry: WorkspaceTelemetry;
  readonly worker: Worker;
}

/** The queue of this host's restores. */
export function restoreQueue(deps: Deps): WorkQueue<StoredRestore> {
  const { leases, worker } = deps;
  return new WorkQueue<StoredRestore>(
    leases,
    {
      attempt: (claim) => ({
        run: () => restore(claim, deps),
        failed: (error) => failed(claim, { error, deps }),
      }),
      quarantine: ({ lease }) => {
        const update = { $set: { status: "failed" as const, problem: CRASHED.toRefusal() } };
        return leases.release(lease, {
          dueAt: null,
          attempts: lease.attempts,
          crashed: lease.crashed,
          update,
        });
      },
      about: ({ _id }) => ({ restoreId: String(_id) }),
    },
    worker,
  );
}

/** Brings the workspace back, and begins a new generation of its record. Repeatable: what is back already is not restored again. */
async function restore(claim: Claim<StoredRestore>, deps: Deps): Promise<void> {
  const { leases, database, worker, telemetry } = deps;
  const { document, lease } = claim;
  const notAsBefore = await bringBack(claim, deps);
  await database.transaction(async (transaction) => {
    const now = worker.now();
    await beginAgain(document, { deps, now, transaction });
    const set = {
      status: "done" as const,
      turn: null,
      problem: null,
      placing: false,
      notAsBefore,
      endedAt: now,
    };
    await leases.release(lease, { dueAt: null, attempts: 0, update: { $set: set } }, transaction);
  });
  const { host, workspace, archive, by } = document;
  telemetry.restored({ host, path: workspace.path, archive, by });
}

/** @returns what is not as it was; `null` if a process that died had moved it to its path already */
async function bringBack(
  { document, lease }: Claim<StoredRestore>,
  { leases, thisHost, worker }: Deps,
): Promise<NotAsBefore | null> {
  const { archive: name, removal, placing } = document;
  const root = await thisHost.open();
  try {
    const { special, leftOut, inert } = await restoreArchive({
      root,
      name,
      into: await thisHost.openArchive(),
      lowerFence: async () => {
        await leases.write(lease, { $set: { placing: true } });
        await lowerFence(root, removal);
      },
      signal: worker.stop.asked,
    });
    const shown = (paths: readonly Buffer[]) => paths.slice(0, SHOWN_MAX).map(shownPath);
    return { special: shown(special), leftOut: shown(leftOut), inert: shown(inert) };
  } catch (error) {
    if (placing && error instanceof OrbError && error.code === "restore_path_taken") return null;
    throw error;
  }
}

async function beginAgain(
  { workspace: { id, host, path }, by }: StoredRestore,
  {
    deps: { workspaces },
    now,
    transaction,
  }: { deps: Deps; now: Date; transaction: Parameters<WorkspaceStore["save"]>[2] },
): Promise<void> {
  const known = { host, path, noticedBy: "disk", at: now, now } as const;
  const before = await workspaces.openForChange(known, transaction);
  if (before.goneAt === null) return;
  const until = new Date(now.getTime() + LEFT_ALONE_MS);
  const lease: Lease = { kind: "cleanup", holder: `restored for ${by}`, until, signal: null, since: now };
  const { projects, projectsDropped, repository, generation } = before;
  const fresh = {
    ...unknownFolder({ noticedBy: "disk", at: now, now }),
    projects,
    projectsDropped,
    repository,
  };
  await workspaces.save(id, { ...fresh, leases: [lease], generation: generation + 1 }, transaction);
}

async function failed(
  { document, lease }: Claim<StoredRestore>,
  { error, deps: { leases, worker, telemetry } }: { error: unknown; deps: Deps },
): Promise<void> {
  if (isStopped(error)) return leases.release(lease, { dueAt: worker.now(), attempts: lease.attempts - 1 });
  const problem = refusalOf(error);
  const times = document.problem?.code === problem.code ? document.times + 1 : 1;
  const { now, random, pace } = worker;
  const waitMs = backOffMs("cleanup", { failures: times, random: random(), scale: pace.backOffScale });
  const update = { $set: { status: "failed" as const, problem, times, placing: false } };
  await leases.release(lease, {
    dueAt: new Date(now().getTime() + waitMs),
    attempts: lease.attempts,
    update,
  });
  const { host, workspace } = document;
  telemetry.setback("restore", error, { host, path: workspace.path });
}
