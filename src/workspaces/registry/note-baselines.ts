import { stat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { BASELINE_MS_MAX, isMadeFor, mayNoteBaseline } from "./rules/may-note-baseline.ts";

/** The kernel gives files the time of its last tick, so a file that is a little newer may look as old as the signal. */
const COARSE_MS = 10;
/** Workspaces that are looked at in one run. */
const AT_ONCE = 50;

interface Deps {
  readonly root: WorkspaceRoot;
  readonly host: string;
  readonly store: WorkspaceStore;
  /** Reads what the folder held at a moment of this host's clock, in milliseconds: `noteBaseline` of `keep/`. */
  readonly note: (folder: OpenFolder, thereAtMs: number) => Promise<unknown>;
  /** Called for a folder of which it could not be noted: its baseline stays unknown. */
  readonly onError: (error: unknown, workspace: StoredWorkspace) => void;
  readonly now: () => Date;
}

/**
 * Notes the baseline of workspaces that were created a moment ago on this host: once for each folder, only if nothing shows that somebody
 * has worked in it, and only what was there at the moment of its creation. Run it as soon as a workspace becomes known.
 *
 * @returns how many were noted
 */
export async function noteBaselines(deps: Deps): Promise<number> {
  const { store, host, now } = deps;
  const since = new Date(now().getTime() - BASELINE_MS_MAX);
  let noted = 0;
  for (const workspace of await store.createdSince(host, { since, limit: AT_ONCE })) {
    if (mayNoteBaseline(workspace, now()) && (await noteOne(workspace, deps))) noted += 1;
  }
  return noted;
}

async function noteOne(
  workspace: StoredWorkspace,
  { root, store, note, onError, now }: Deps,
): Promise<boolean> {
  const { _id, path, generation, revision } = workspace;
  const notedAt = now();
  // This host's clock gives files their times, and the bot's may differ from it. Both are read at one moment.
  const thereAtMs = Date.now() - (notedAt.getTime() - workspace.createdAt.getTime()) - COARSE_MS;
  try {
    await using folder = await root.openWorkspace(path);
    const { birthtimeMs } = await stat(descriptorPath(folder.fd));
    if (!isMadeFor(workspace, birthtimeMs)) return false;
    const baseline = { notedAt, data: await note(folder, thereAtMs) };
    let isNoted = false;
    // Any signal meanwhile may be the first one of work.
    await store.change(_id, (before) => {
      isNoted =
        before.revision === revision && before.generation === generation && mayNoteBaseline(before, notedAt);
      return isNoted ? { baseline, updatedAt: now() } : null;
    });
    return isNoted;
  } catch (error) {
    if (!(error instanceof OrbError)) throw error;
    // It may not be made yet: the next run looks again. What is outside the root has the reason on its record.
    if (error.code !== "workspace_missing" && error.code !== "outside_root") onError(error, workspace);
    return false;
  }
}
