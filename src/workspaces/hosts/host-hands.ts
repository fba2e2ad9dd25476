import type { Worker } from "../../work/worker.ts";
import { archive } from "../archive/archive.ts";
import { assertStillArchived } from "../archive/still-archived.ts";
import type { Freed, SpareArchive } from "../cleanups/cleanup.ts";
import type { CleanupHands, Located, Marked, Walking } from "../cleanups/hands.ts";
import type { Place } from "../cleanups/rules/next-act.ts";
import { deleteTrash } from "../removal/delete-trash.ts";
import { lowerFence, raiseFence } from "../removal/fence.ts";
import { moveToTrash, putBack, whereIs } from "../removal/move-to-trash.ts";
import { type Identity, toIdentity } from "../record/tombstone.ts";
import type { TreeThreads } from "../removal/walk/tree-threads.ts";
import { pruneWorktree } from "../removal/worktree.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import type { HostEyes } from "./host-eyes.ts";
import { openTrashed } from "./open-trashed.ts";
import { watchRemoval } from "./watch-removal.ts";
import type { ThisHost } from "../this-host.ts";
import { unlessMissing } from "../tree/unless-missing.ts";

/** For the agent that wakes up in a removed workspace, and its people. */
const FENCE_NOTE =
  "This workspace was removed. GET /api/v1/cleanups says why, and whether its work was archived. Begin again in a new workspace.";

interface Deps {
  readonly thisHost: ThisHost;
  readonly worker: Pick<Worker, "now" | "stop">;
  readonly threads: TreeThreads;
}

/** The rooms that write, bound to the folders of this host. */
export function hostHands(eyes: HostEyes, deps: Deps): CleanupHands {
  const { thisHost, worker } = deps;
  const signal = worker.stop.asked;
  return {
    canArchive: eyes.canArchive,
    namesOf: (path) => eyes.namesOf(path),
    whyOutside: (workspace) => thisHost.whyOutside(workspace),
    look: (cleanup, where) => eyes.look(cleanup, where),
    locate: async (cleanup) => locate(await thisHost.open(), cleanup),
    archive: (marked, how) => archiveWork(marked, how, { eyes, ...deps }),
    dropArchives: async (names) => {
      if (names.length === 0) return;
      const archives = await thisHost.openArchive();
      for (const name of names) await archives.remove(name);
    },
    assertArchived: async ({ tombstone: { archive: name, removal } }) => {
      if (name === null) return;
      await using folder = await openTrashed(await thisHost.open(), removal.trashName);
      await assertStillArchived(folder, { into: await thisHost.openArchive(), name, signal });
    },
    moveToTrash: async ({ tombstone }) => moveToTrash(await thisHost.open(), tombstone.removal),
    putBack: async ({ tombstone }) => putBack(await thisHost.open(), tombstone.removal),
    deleteTrash: (marked, walking) => removeTrash(marked, walking, deps),
    prune: async ({ tombstone }) => void (await pruneWorktree(tombstone.removal, { signal })),
    raiseFence: async ({ tombstone }) => {
      const raised = await raiseFence(await thisHost.open(), tombstone.removal, { note: FENCE_NOTE });
      return raised === "up";
    },
    lowerFence: async ({ tombstone }) => {
      if (tombstone) await lowerFence(await thisHost.open(), tombstone.removal);
    },
  };
}

async function locate(root: WorkspaceRoot, { workspace: { path }, tombstone }: Located): Promise<Place> {
  const here = await identityAt(root, path);
  if (!tombstone) return here === null ? "gone" : "here";
  const { folder } = tombstone.removal;
  const isOther = here !== null && (here.dev !== folder.dev || here.ino !== folder.ino);
  const found = await whereIs(root, tombstone.removal);
  if (found === "trash") return isOther ? "trash_and_other" : "trash";
  if (found === "workspace") return "here";
  return isOther ? "other" : "gone";
}

/** Which folder is at the path; `null` if there is nothing. What is there and can't be opened is no folder that could go. */
async function identityAt(root: WorkspaceRoot, path: string): Promise<Identity | null> {
  await using folder = await root.openWorkspace(path).catch(unlessMissing);
  return folder && toIdentity(folder);
}

async function archiveWork(
  marked: Marked,
  { name, spares }: { readonly name: string; readonly spares: readonly SpareArchive[] },
  { eyes, thisHost, worker }: Deps & { readonly eyes: HostEyes },
): ReturnType<CleanupHands["archive"]> {
  const { host, path } = marked.workspace;
  await using folder = await (await thisHost.open()).openWorkspace(path);
  const inspection = await eyes.inspect(folder, marked);
  // Awaited here: the folder is closed at the end of this function.
  return await archive(folder, inspection, {
    into: await thisHost.openArchive(),
    name,
    spares: spares.map((spare) => ({ name: spare.name, mayFit: spare.print === marked.tombstone.print })),
    workspace: { host, path },
    at: worker.now(),
    signal: worker.stop.asked,
  });
}

async function removeTrash(
  { tombstone }: Marked,
  walking: Walking,
  { thisHost }: Pick<Deps, "thisHost">,
): Promise<Freed> {
  const root = await thisHost.open();
  using watch = watchRemoval(walking);
  const { paused, progress, signal } = watch;
  try {
    const { freed } = await deleteTrash(root, tombstone.removal, {
      promised: tombstone.frees,
      paused,
      progress,
      signal,
    });
    return freed;
  } catch (error) {
    // If it was stopped because this process lost its lease, that is the reason.
    throw watch.failure ?? error;
  }
}
