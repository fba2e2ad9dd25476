import { lstat } from "node:fs/promises";
import type { OpenFolder } from "../../tree/open-folder.ts";

/**
 * Whether git would take a folder for one of its own, and so obey the configuration in it. More folders than git accepts
 * may look so; none that git accepts looks otherwise.
 * https://git-scm.com/docs/gitrepository-layout
 */
export async function looksLikeGit(folder: OpenFolder): Promise<boolean> {
  const [head, objects, refs, commonDir] = await Promise.all(
    ["HEAD", "objects", "refs", "commondir"].map((name) => exists(folder, name)),
  );
  return head === true && ((objects === true && refs === true) || commonDir === true);
}

async function exists(folder: OpenFolder, name: string): Promise<boolean> {
  return lstat(folder.at(name)).then(
    () => true,
    () => false,
  );
}

/** Entries of a git folder that git obeys. They are archived as data, and come back under other names. */
const OBEYED = new Set(["config", "config.worktree", "hooks", "commondir"]);
const COMMON_OF_WORKTREE = /^\.\.\/\.\.\/?\n?$/;

/** @param name of an entry in a folder that looks like git's */
export function isObeyed(name: Buffer): boolean {
  // A file system that ignores case gives git `Config` for `config`.
  return OBEYED.has(name.toString("latin1").toLowerCase());
}

/** Whether a `commondir` leads to the repository that the admin folder is in, as git writes it. */
export function isUsualCommonDir(content: Buffer): boolean {
  return COMMON_OF_WORKTREE.test(content.toString("latin1"));
}
