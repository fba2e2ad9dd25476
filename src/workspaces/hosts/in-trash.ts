import type { CleanupStore } from "../cleanups/store.ts";
import { fullPath } from "../removal/move-to-trash.ts";
import { readTrash } from "../removal/trash.ts";
import type { ThisHost } from "../this-host.ts";

interface Deps {
  readonly thisHost: ThisHost;
  readonly cleanupStore: Pick<CleanupStore, "removalsOf">;
}

/**
 * The paths at which workspaces of this host were that are in its trash now. Each of them may be put back.
 *
 * @param but the paths of a workspace that is left out, because it is asked about itself
 * @returns without links, every byte as a character
 */
export async function pathsInTrash(
  but: readonly string[],
  { thisHost, cleanupStore }: Deps,
): Promise<readonly string[]> {
  const root = await thisHost.open();
  const there = new Set((await readTrash(root)).map(({ name }) => name.toString("latin1")));
  if (there.size === 0) return [];
  const own = new Set(but.map((path) => Buffer.from(path).toString("latin1")));
  const removals = await cleanupStore.removalsOf(thisHost.name);
  return removals
    .filter(({ trashName }) => there.has(trashName))
    .map((removal) => fullPath(root, removal).toString("latin1"))
    .filter((path) => !own.has(path));
}
