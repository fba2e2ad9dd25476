import type { Database, Transaction } from "../../mongo/database.ts";
import type { Worker } from "../../work/worker.ts";
import type { CleanupStore } from "../cleanups/store.ts";
import { holding, withLease } from "../record/rules/leases.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Lease, StoredWorkspace } from "../record/workspace.ts";
import type { Clearing } from "../record/host-store.ts";
import type { ThisHost } from "../this-host.ts";

/** By it, clean-ups leave the workspace alone meanwhile. If the process dies, it ends by itself. */
export const CLEARING_LEASE = { kind: "cleanup", holder: "room is made on its disk" } as const;
const CLEARING_MS_MAX = 30 * 60_000;

interface Deps {
  readonly thisHost: ThisHost;
  readonly workspaces: WorkspaceStore;
  readonly cleanupStore: CleanupStore;
  readonly database: Database;
  readonly worker: Pick<Worker, "now">;
}

/**
 * Takes a lease on a workspace, unless something uses it, or a clean-up has begun with it. A signal that gives a lease writes to the same
 * records, so one of the two comes first.
 *
 * @returns whether it was given
 */
export async function askForClearing(
  { _id: id, path, generation }: StoredWorkspace,
  deps: Deps,
): Promise<boolean> {
  const { database, workspaces, cleanupStore, worker } = deps;
  return database.transaction(async (transaction) => {
    const cleanup = await cleanupStore.activeOf(id, transaction);
    if (cleanup && (cleanup.work.owner !== null || cleanup.tombstone !== null)) return false;
    const record = await openUnused({ id, path, generation }, { ...deps, transaction });
    if (record?.generation !== generation || record.goneAt !== null) return false;
    const now = worker.now();
    const until = new Date(now.getTime() + CLEARING_MS_MAX);
    const lease: Lease = { ...CLEARING_LEASE, until, signal: null, since: now };
    await workspaces.save(id, { leases: withLease(record.leases, lease, now) }, transaction);
    return true;
  });
}

/** The same question in the transaction that is the point of no return. A workspace that is gone needs nothing any more. */
export async function mayStillClear(
  workspace: Clearing["workspace"],
  deps: Deps & { readonly transaction: Transaction },
): Promise<boolean> {
  return (await openUnused(workspace, deps)) !== null;
}

/** @returns the record; `null` if somebody else has a lease on it or on one around or inside it, or cleans it up */
async function openUnused(
  { id, path }: Clearing["workspace"],
  { thisHost, workspaces, worker, transaction }: Deps & { readonly transaction: Transaction },
): Promise<StoredWorkspace | null> {
  const now = worker.now();
  const known = { noticedBy: "disk", at: now, now } as const;
  let own: StoredWorkspace | null = null;
  for (const { host, path: each } of await workspaces.touching(
    thisHost.name,
    thisHost.namesOf(path),
    transaction,
  )) {
    const record = await workspaces.openForChange({ host, path: each, ...known }, transaction);
    const others = holding(record.leases, now).filter(({ holder }) => holder !== CLEARING_LEASE.holder);
    if (others.length > 0 || record.status === "cleaning") return null;
    if (record._id === id) own = record;
  }
  return own;
}
