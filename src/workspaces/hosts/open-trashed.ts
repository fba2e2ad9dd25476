import type { OpenFolder } from "../tree/open-folder.ts";
import { openTrash } from "../removal/trash.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";

/** Opens a workspace in the trash of its root. @throws OrbError `workspace_missing` and those of `openTrash` */
export async function openTrashed(root: WorkspaceRoot, trashName: string): Promise<OpenFolder> {
  await using trash = await openTrash(root);
  return await trash.openFolder(trashName);
}
