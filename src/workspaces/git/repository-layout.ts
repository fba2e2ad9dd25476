import { lstat, stat } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { namedPath, openBelow, openNamed } from "./open-below.ts";
import { readConfig, type RepositoryConfig } from "./read-config.ts";
import { readSmallFile } from "./read-small-file.ts";
import type { GitHost } from "./safe-git.ts";
import { parsePointer } from "./rules/ref-files.ts";

/** A pointer is one path. */
const POINTER_BYTES_MAX = 16 * 1024;
const CONFIG_BYTES_MAX = 1024 * 1024;

/** Where the parts of a repository are. All folders stay open until it is disposed of. */
export interface RepositoryLayout extends AsyncDisposable {
  /** `bare`: without files, such as the admin folder of a submodule that is not checked out. */
  readonly kind: "clone" | "linked-worktree" | "submodule" | "bare";
  /** Holds HEAD, the index and the refs of this worktree alone. */
  readonly gitDir: OpenFolder;
  /** Holds everything else; the same as `gitDir` except for a linked worktree. */
  readonly commonDir: OpenFolder;
  readonly objects: OpenFolder;
  readonly config: RepositoryConfig;
  /** `core.worktree` of this repository leads to another folder: git would answer for that one. */
  readonly answersFor: Buffer | null;
}

/**
 * Finds the parts of the repository whose files lie in `folder`. Nothing is looked for in the folders above it: git would answer
 * for a repository there.
 *
 * @returns `null` if there is no `.git`
 * @throws OrbError `git_unreadable`, also if `.git` leads to an admin folder that does not point back here
 */
export async function openLayout(folder: OpenFolder, host: GitHost = {}): Promise<RepositoryLayout | null> {
  const entry = await lstat(folder.at(".git")).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return null;
    throw gitUnreadable(".git", "can't be examined", error);
  });
  if (entry === null) return null;
  if (entry.isDirectory()) {
    const gitDir = await openBelow(folder, ".git");
    if (gitDir === null) throw gitUnreadable(".git", "disappeared");
    return complete(gitDir, { folder, kind: "clone", host });
  }
  const file = await readSmallFile(folder, ".git", POINTER_BYTES_MAX);
  const target = file && parsePointer(file.bytes, "gitdir:");
  if (!target) throw gitUnreadable(".git", "is a file that names no repository");
  const gitDir = await openNamed(folder, target, host.moved);
  const back = await closingOnError([gitDir], () => readSmallFile(gitDir, "gitdir", POINTER_BYTES_MAX));
  if (back === null) return complete(gitDir, { folder, kind: "submodule", host });
  await closingOnError([gitDir], () =>
    demandPointsBack(folder, { gitDir, path: parsePointer(back.bytes, ""), host }),
  );
  return complete(gitDir, { folder, kind: "linked-worktree", host });
}

/** @param gitDir a folder with `HEAD`, `objects` and `refs` */
export async function openBareLayout(gitDir: OpenFolder, host: GitHost = {}): Promise<RepositoryLayout> {
  return complete(gitDir, { folder: null, kind: "bare", host });
}

interface Whose {
  readonly folder: OpenFolder | null;
  readonly kind: RepositoryLayout["kind"];
  readonly host: GitHost;
}

async function complete(gitDir: OpenFolder, { folder, kind, host }: Whose): Promise<RepositoryLayout> {
  const opened = [gitDir];
  return closingOnError(opened, async () => {
    const commonDir = await openCommonDir(gitDir, host);
    if (commonDir !== gitDir) opened.push(commonDir);
    const objects = await openBelow(commonDir, "objects");
    if (objects === null) throw gitUnreadable("objects", "is missing, so this is no whole repository");
    opened.push(objects);
    const config = await readConfigs(gitDir, commonDir, host);
    const leadsHere =
      folder === null || (await isSameFolder(folder, { gitDir, path: config.workTree, host }));
    if (kind === "submodule" && (config.workTree === null || !leadsHere)) {
      throw gitUnreadable(".git", "leads to a repository that does not point back here");
    }
    return {
      kind,
      gitDir,
      commonDir,
      objects,
      config,
      answersFor: leadsHere ? null : config.workTree,
      [Symbol.asyncDispose]: async () => {
        // Of a repository without linked worktrees, two of them are one.
        for (const each of new Set([objects, commonDir, gitDir])) await each.close();
      },
    };
  });
}

async function openCommonDir(gitDir: OpenFolder, { moved }: GitHost): Promise<OpenFolder> {
  const file = await readSmallFile(gitDir, "commondir", POINTER_BYTES_MAX);
  if (file === null) return gitDir;
  const path = parsePointer(file.bytes, "");
  if (path === null) throw gitUnreadable("commondir", "names no folder");
  return openNamed(gitDir, path, moved);
}

/** That of a worktree alone comes last, so that it wins. */
async function readConfigs(
  gitDir: OpenFolder,
  commonDir: OpenFolder,
  host: GitHost,
): Promise<RepositoryConfig> {
  const common = await readSmallFile(commonDir, "config", CONFIG_BYTES_MAX);
  if (common === null) throw gitUnreadable("config", "is missing");
  const own = await readSmallFile(gitDir, "config.worktree", CONFIG_BYTES_MAX);
  return readConfig(Buffer.concat([common.bytes, Buffer.from("\n"), own?.bytes ?? Buffer.alloc(0)]), host);
}

/** A path in a file of `gitDir`. */
interface Named {
  readonly gitDir: OpenFolder;
  readonly path: Buffer | null;
  readonly host: GitHost;
}

/** Whether a path that begins in `gitDir` is this folder; without a path it is. */
async function isSameFolder(folder: OpenFolder, { gitDir, path, host }: Named): Promise<boolean> {
  if (path === null) return true;
  try {
    const { dev, ino } = await stat(await namedPath(gitDir, path, { moved: host.moved, followsLast: true }), {
      bigint: true,
    });
    return dev === folder.dev && ino === folder.ino;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

async function demandPointsBack(folder: OpenFolder, { gitDir, path, host }: Named): Promise<void> {
  const here = await lstat(folder.at(".git"), { bigint: true });
  const there =
    path &&
    (await lstat(await namedPath(gitDir, path, { moved: host.moved }), { bigint: true }).catch(
      (error: unknown) => {
        if (isSystemError(error)) return null;
        throw error;
      },
    ));
  if (there && there.dev === here.dev && there.ino === here.ino) return;
  throw gitUnreadable(".git", "leads to an admin folder that belongs to another worktree");
}

async function closingOnError<T>(folders: readonly OpenFolder[], action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    for (const folder of folders) await folder.close();
    throw error;
  }
}
