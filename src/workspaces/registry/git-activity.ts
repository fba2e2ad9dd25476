import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";

/** The file `.git` of a linked worktree has one line with a path. */
const POINTER_BYTES_MAX = 8_192;
/** Git writes these when somebody commits, switches, stages, merges or rebases. `HEAD` itself may stay the same for years. */
const WRITTEN_BY_GIT = ["logs/HEAD", "index", "HEAD", "ORIG_HEAD", "FETCH_HEAD"] as const;

/**
 * When git last did something in a workspace whose admin folder is elsewhere, so that no measurement of the workspace shows it: a linked
 * worktree. Only times are read, never content: the pointer is the agent's own file and may lead anywhere.
 *
 * @param currentPath where the workspace is, for a pointer that is relative to it
 * @returns `null` if it is no linked worktree, or if nothing can be read there
 */
export async function linkedGitActivity(folder: OpenFolder, currentPath: string): Promise<Date | null> {
  const pointer = await readPointer(folder);
  if (pointer === null) return null;
  const admin = isAbsolute(pointer) ? pointer : resolve(currentPath, pointer);
  const times = await Promise.all(WRITTEN_BY_GIT.map((name) => changedAt(`${admin}/${name}`)));
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? new Date(Math.max(...known)) : null;
}

/** @returns milliseconds; `null` if there is nothing, or nothing that can be read */
async function changedAt(path: string): Promise<number | null> {
  const found = await lstat(path).catch(ignoreSystem);
  return found && Math.max(found.ctimeMs, found.mtimeMs);
}

async function readPointer(folder: OpenFolder): Promise<string | null> {
  // `O_NONBLOCK`, because opening a FIFO would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(folder.at(".git"), flags).catch(ignoreSystem);
  if (!handle) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(POINTER_BYTES_MAX), 0, POINTER_BYTES_MAX, 0);
    const path = /^gitdir: ([^\0\n]+)\n?$/.exec(buffer.toString("utf8", 0, bytesRead))?.[1];
    return path ?? null;
  } finally {
    await handle.close();
  }
}

/** A sign of work that can't be read is none: the files of the workspace and its signals count as well. */
function ignoreSystem(error: unknown): null {
  if (isSystemError(error)) return null;
  throw error;
}
