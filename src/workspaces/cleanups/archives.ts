import type { Refusal } from "../../errors.ts";
import type { ApiCall } from "../../outbox/event.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { RestoreStore } from "../restores/store.ts";
import type { StoredCleanup } from "./cleanup.ts";
import { whyNoRestore } from "../restores/rules/restorable.ts";
import type { CleanupStore } from "./store.ts";

interface Stores {
  readonly cleanupStore: Pick<CleanupStore, "lastArchivingOfAll">;
  readonly restores: Pick<RestoreStore, "unfinishedOf">;
  readonly workspaces: Pick<WorkspaceStore, "findAll">;
}

/** The archive of a clean-up, as far as the stores know it: only the worker of its host can look whether it is still there. */
export interface KnownArchive {
  readonly name: string;
  /** `null`: it was written by a version that did not note it. */
  readonly bytes: number | null;
  readonly at: Date | null;
  readonly restorable: boolean;
  /** Why a restore would be refused, or why the last one failed; `null` if nothing is known against it. */
  readonly problem: Refusal | null;
  /** What brings the workspace back; `null` as long as something is against it. */
  readonly restore: ApiCall | null;
}

/** What the stores have about the archives of these clean-ups, by clean-up; only for those that have one. Three reads, however many they are. */
export async function archivesOf(
  cleanups: readonly StoredCleanup[],
  { cleanupStore, restores, workspaces }: Stores,
): Promise<ReadonlyMap<string, KnownArchive>> {
  const archiving = cleanups.filter(({ tombstone }) => typeof tombstone?.archive === "string");
  const ids = [...new Set(archiving.map(({ workspace }) => workspace.id))];
  if (ids.length === 0) return new Map();
  const [latest, unfinished, records] = await Promise.all([
    cleanupStore.lastArchivingOfAll(ids),
    restores.unfinishedOf(ids),
    workspaces.findAll(ids),
  ]);
  const present = new Set(records.filter(({ goneAt }) => goneAt === null).map(({ _id }) => _id));
  return new Map(
    archiving.map((cleanup) => {
      const { _id, status, tombstone, workspace } = cleanup;
      const name = tombstone?.archive ?? "";
      const last = unfinished.get(workspace.id);
      const problem = whyNoRestore({
        path: workspace.path,
        isCompleted: status === "completed",
        isThere: present.has(workspace.id),
        isLatest: latest.has(String(_id)),
        failed: last?.archive === name ? last.problem : null,
      });
      const { bytes = null, at = null } = tombstone?.archived ?? {};
      const call: ApiCall = { method: "POST", path: `/api/v1/workspaces/${workspace.id}/restore`, body: {} };
      const restore = problem === null ? call : null;
      return [String(_id), { name, bytes, at, restorable: problem === null, problem, restore }];
    }),
  );
}
