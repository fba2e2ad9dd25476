import { OpenFolder } from "./open-folder.ts";
import { pathParts } from "./path-parts.ts";

/**
 * Opens a folder anywhere on this host by a path that has been resolved: a link that came into the path since then is not followed.
 *
 * @param path absolute and without links
 * @throws OrbError `workspace_missing`, `workspace_is_link`, `workspace_unreadable`
 */
export async function openResolved(path: Buffer): Promise<OpenFolder> {
  let folder = await OpenFolder.open("/");
  for (const part of pathParts(path)) {
    await using around = folder;
    folder = await around.openFolder(part);
  }
  return folder;
}
