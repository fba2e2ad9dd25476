/**
 * A process that removes a workspace, for tests that run it as another user, kill it, or look at its system calls. It prints one line
 * of JSON when it is done.
 *
 * Arguments: `blocks ROOT PATH`, `plan ROOT PATH TRASH_NAME`, `remove ROOT TOMBSTONE [STEP to die after]`.
 */
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { lowerFence, raiseFence } from "../../../../src/workspaces/removal/fence.ts";
import { moveToTrash } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { planRemoval } from "../../../../src/workspaces/removal/plan-removal.ts";
import type { Tombstone } from "../../../../src/workspaces/removal/tombstone.ts";
import { TreeThreads } from "../../../../src/workspaces/removal/walk/tree-threads.ts";
import { whatBlocks } from "../../../../src/workspaces/removal/what-blocks.ts";
import { pruneWorktree } from "../../../../src/workspaces/removal/worktree.ts";
import { refusalOf } from "../../../../src/errors.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";

const [, , act = "", rootPath = "", subject = "", last = ""] = process.argv;

await using root = await WorkspaceRoot.open(rootPath);
await using threads = new TreeThreads();

try {
  console.log(JSON.stringify(await answer()));
} catch (error) {
  console.log(JSON.stringify({ refusal: refusalOf(error), error: String(error) }));
}

async function answer(): Promise<unknown> {
  if (act === "remove") return remove(JSON.parse(subject) as Tombstone, last);
  await using folder = await root.openWorkspace(subject);
  if (act === "plan") return planRemoval(root, folder, { path: subject, trashName: last });
  return whatBlocks(folder, { threads });
}

async function remove(tombstone: Tombstone, dieAfter: string): Promise<unknown> {
  const die = (step: string) => step === dieAfter && process.kill(process.pid, "SIGKILL");
  await moveToTrash(root, tombstone);
  die("move");
  const raised = await raiseFence(root, tombstone, { note: "This workspace was removed by Orb bot." });
  die("fence");
  const pruned = await pruneWorktree(tombstone, { threads });
  die("prune");
  const removed = await deleteTrash(root, tombstone, { threads });
  die("delete");
  const lowered = await lowerFence(root, tombstone);
  die("lower");
  return { raised, pruned, lowered, ...removed };
}
