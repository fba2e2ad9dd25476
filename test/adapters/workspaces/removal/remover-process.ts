/**
 * A process that removes workspaces, for tests that run it as another user, kill it, or look at its system calls. It answers each line
 * of its input, one `Asked` as JSON, with a line of JSON.
 */
import { createInterface } from "node:readline";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { lowerFence, raiseFence } from "../../../../src/workspaces/removal/fence.ts";
import { moveToTrash } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { planRemoval } from "../../../../src/workspaces/removal/plan-removal.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { TreeThreads } from "../../../../src/workspaces/removal/walk/tree-threads.ts";
import { whatBlocks } from "../../../../src/workspaces/removal/what-blocks.ts";
import { pruneWorktree } from "../../../../src/workspaces/removal/worktree.ts";
import { refusalOf } from "../../../../src/errors.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";

export type Asked =
  | { readonly act: "blocks"; readonly root: string; readonly path: string }
  | { readonly act: "plan"; readonly root: string; readonly path: string; readonly trashName: string }
  | {
      readonly act: "remove";
      readonly root: string;
      readonly tombstone: Tombstone;
      readonly dieAfter?: string;
    };

await using threads = new TreeThreads();

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await answer(JSON.parse(line) as Asked)));
  } catch (error) {
    console.log(JSON.stringify({ refusal: refusalOf(error), error: String(error) }));
  }
}

async function answer(asked: Asked): Promise<unknown> {
  await using root = await WorkspaceRoot.open(asked.root);
  if (asked.act === "remove") return await remove(root, asked.tombstone, asked.dieAfter);
  await using folder = await root.openWorkspace(asked.path);
  if (asked.act === "plan") return await planRemoval(root, folder, asked);
  return await whatBlocks(folder, { threads });
}

async function remove(root: WorkspaceRoot, tombstone: Tombstone, dieAfter?: string): Promise<unknown> {
  const die = (step: string) => step === dieAfter && process.kill(process.pid, "SIGKILL");
  await moveToTrash(root, tombstone);
  die("move");
  const raised = await raiseFence(root, tombstone, { note: "This workspace was removed by Orb bot." });
  die("fence");
  const pruned = await pruneWorktree(tombstone);
  die("prune");
  const removed = await deleteTrash(root, tombstone);
  die("delete");
  const lowered = await lowerFence(root, tombstone);
  die("lower");
  return { raised, pruned, lowered, ...removed };
}
