import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { shownPath } from "../../tree/shown-path.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { archiveError, changed, toReadFailure } from "../failure.ts";
import { joinBytes } from "../../tree/join-bytes.ts";

/** Something in a folder. */
export interface Found {
  /** From the top of the walk. */
  readonly path: Buffer;
  readonly name: Buffer;
  /** The folder that it is in, open until the walk goes on. */
  readonly parent: OpenFolder;
  readonly stat: BigIntStats;
}

interface Level {
  readonly folder: OpenFolder;
  readonly path: Buffer;
  readonly names: AsyncGenerator<{ readonly name: Buffer }, void>;
}

/**
 * Everything in a folder: each folder directly before what is in it. No link is followed, no mount is entered, and at most
 * one name of each level is in memory.
 *
 * @param under the path of `top`; empty for the workspace itself
 * @param enter whether to go into a folder that was found
 * @throws OrbError `archive_changed`, `archive_mount_inside`, `archive_too_large`, `archive_unreadable`
 */
export async function* walk(
  top: OpenFolder,
  {
    under = Buffer.alloc(0),
    enter,
    limits,
    signal,
  }: {
    readonly under?: Buffer;
    readonly enter: (path: Buffer) => boolean;
    readonly limits: ArchiveLimits;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Found, void> {
  const levels: Level[] = [{ folder: top, path: under, names: top.entries() }];
  try {
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      signal.throwIfAborted();
      const next = await level.names.next().catch((error: unknown) => {
        throw toReadFailure(error, level?.path ?? under);
      });
      if (next.done === true) {
        levels.pop();
        if (level.folder !== top) await level.folder.close();
        continue;
      }
      const found = await look(level, next.value.name);
      yield found;
      if (!found.stat.isDirectory() || !enter(found.path)) continue;
      if (levels.length >= limits.depthMax) throw tooDeep(found.path, limits);
      levels.push(await goInto(found, top));
    }
  } finally {
    for (const { folder, names } of levels) {
      await names.return();
      if (folder !== top) await folder.close();
    }
  }
}

async function look({ folder, path }: Level, name: Buffer): Promise<Found> {
  const whole = joinBytes(path, name);
  const stat = await lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
    throw toReadFailure(error, whole);
  });
  return { path: whole, name, parent: folder, stat };
}

async function goInto({ path, name, parent, stat }: Found, top: OpenFolder): Promise<Level> {
  const folder = await parent.openFolder(name).catch((error: unknown) => {
    throw toFolderFailure(error, path);
  });
  try {
    // A mount has other contents than the folder under it; a bind mount of the same file system shows only in its number.
    if (folder.mountId !== top.mountId) throw mountInside(path);
    if (folder.ino !== stat.ino || folder.dev !== stat.dev) throw changed(path);
    return { folder, path, names: folder.entries() };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** `OpenFolder` calls what it opens a workspace; here it is a folder inside one. */
function toFolderFailure(error: unknown, path: Buffer): unknown {
  const { cause } = error as Error;
  return cause === undefined ? error : toReadFailure(cause, path);
}

function mountInside(path: Buffer): Error {
  return archiveError({
    code: "archive_mount_inside",
    reason: `${shownPath(path)} is a mount point. What is mounted there is no part of the workspace.`,
    remedy: "Unmount it. Then the workspace can be archived.",
  });
}

function tooDeep(path: Buffer, { depthMax }: ArchiveLimits): Error {
  return archiveError({
    code: "archive_too_large",
    reason: `${shownPath(path)} is more than ${depthMax} folders deep.`,
    remedy: "Remove it if nobody needs it, or clean up the workspace by hand.",
  });
}
