import { latestActivity } from "../record/rules/activity.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Activity, StoredWorkspace } from "../record/workspace.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { linkedGitActivity } from "./git-activity.ts";
import { measureFolder } from "./measure-folder.ts";

interface Deps {
  readonly root: WorkspaceRoot;
  readonly store: WorkspaceStore;
  readonly now: () => Date;
}

/**
 * Measures the folder of a workspace, and remembers its size and the latest sign of work in it. Nothing is remembered of another folder
 * that is at the path meanwhile.
 *
 * @returns the record after it; `null` if there is none
 * @throws OrbError if the folder can't be opened or read. It is then not measured again before its next turn
 */
export async function refreshWorkspace(
  { _id, path, generation }: StoredWorkspace,
  { root, store, now }: Deps,
  stopping: AbortSignal,
): Promise<StoredWorkspace | null> {
  const measuredAt = now();
  try {
    await using folder = await root.openWorkspace(path);
    const { newest, ...measured } = await measureFolder(folder, { stopping });
    const git = await linkedGitActivity(folder, path);
    const signs: Activity[] = [{ at: newest, source: "files" }];
    if (git) signs.push({ at: git, source: "git" });
    const size = { ...measured, measuredAt };
    return await store.change(_id, (before) => {
      const isAnother = before.folder !== null && before.folder.ino !== String(folder.ino);
      if (before.generation !== generation || before.goneAt !== null || isAnother) return { measuredAt };
      const known = { at: before.lastActiveAt, source: before.lastActiveBy };
      const { at, source } = latestActivity(known, signs, now());
      return { size, measuredAt, lastActiveAt: at, lastActiveBy: source, updatedAt: measuredAt };
    });
  } catch (error) {
    if (!stopping.aborted) await store.change(_id, () => ({ measuredAt }));
    throw error;
  }
}
