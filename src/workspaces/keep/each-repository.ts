import { openBelow } from "../git/open-below.ts";
import { openLayout, type RepositoryLayout } from "../git/repository-layout.ts";
import { type GitHost, SafeGit } from "../git/safe-git.ts";
import { readShallow } from "../git/read-shallow.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { Place } from "./find-places.ts";

/** A repository with files, open for as long as the visit takes. */
export interface Visited {
  readonly layout: RepositoryLayout;
  /** Of its files. */
  readonly folder: OpenFolder;
  /** Relative to the workspace. */
  readonly path: Buffer;
}

/**
 * Opens the repositories with files inside a workspace, one after the other. Bare ones have none.
 *
 * @throws OrbError `git_unreadable`, and what `visit` throws
 */
export async function eachRepository(
  workspace: OpenFolder,
  { places, host }: { readonly places: readonly Place[]; readonly host: GitHost },
  visit: (visited: Visited) => Promise<void>,
): Promise<void> {
  for (const { path, kind } of places) {
    if (kind === "bare") continue;
    const folder = path.length === 0 ? workspace : await openBelow(workspace, path);
    if (folder === null) continue;
    try {
      await using layout = await openLayout(folder, host);
      if (layout !== null) await visit({ layout, folder, path });
    } finally {
      if (folder !== workspace) await folder.close();
    }
  }
}

/** A throw-away git over the objects of a repository; `null`: over files without one. */
export async function openGit(layout: RepositoryLayout | null, host: GitHost): Promise<SafeGit> {
  const source = {
    objects: layout?.objects ?? null,
    objectFormat: layout?.config.objectFormat ?? "sha1",
    shallow: layout === null ? [] : await readShallow(layout.commonDir),
  } as const;
  return SafeGit.open(source, host);
}
