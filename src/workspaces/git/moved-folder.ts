import { readlink } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { pathParts } from "../tree/path-parts.ts";
import { isAtOrBelow } from "../tree/rules/is-at-or-below.ts";
import { gitUnreadable } from "./git-unreadable.ts";

/**
 * A workspace that is in the trash. Files of git, in it and outside of it, name each other by the path that it had: there is nothing now,
 * or something else.
 */
export interface MovedFolder {
  /** All names of the path that it had. One of them must have no links in it. */
  readonly from: readonly Buffer[];
  /** The folder itself, where it is now. */
  readonly to: OpenFolder;
}

export interface NamedHow {
  readonly moved?: MovedFolder | undefined;
  /** Whether a link in the place of what is named is followed, and not only those on the way. */
  readonly followsLast?: boolean;
}

/** As in Linux. */
const LINKS_MAX = 40;

/**
 * Where the thing is that a path led to before a folder was moved. Each link is followed here and not by the kernel, because
 * a link may lead to the old path as well. Whatever is at the old path now is never named.
 *
 * @param base where a relative path begins
 * @returns a path for `node:fs`. If something on the way does not exist or can't be read, using it fails in the same way
 * @throws OrbError `git_unreadable` if links go round in circles
 */
export async function whereNow(
  base: OpenFolder,
  path: Buffer,
  { moved, followsLast = false }: NamedHow & { readonly moved: MovedFolder },
): Promise<Buffer> {
  const done: string[] = [];
  const left = [...(path[0] === SLASH ? [] : await placeBefore(base, moved)), ...partsOf(path)];
  for (let links = 0; left.length > 0;) {
    const name = left.shift() ?? "";
    if (name === "..") {
      done.pop();
      continue;
    }
    done.push(name);
    if (left.length === 0 && !followsLast) break;
    const target = await targetOf(placeNow(done, moved));
    if (target === "no link") continue;
    // The kernel comes no further than this part, either.
    if (target === null) return placeNow([...done, ...left], moved);
    if (++links > LINKS_MAX)
      throw gitUnreadable(path, "is named by the repository, and links lead in circles");
    if (target[0] === SLASH) done.length = 0;
    else done.pop();
    left.unshift(...partsOf(target));
  }
  return placeNow(done, moved);
}

const SLASH = 0x2f;

/** The path that a folder had before the move. */
async function placeBefore(base: OpenFolder, { from: [from], to }: MovedFolder): Promise<readonly string[]> {
  const [here, moved] = [await base.currentPath(), await to.currentPath()].map((path) =>
    path.toString("latin1"),
  );
  if (here === undefined || moved === undefined || from === undefined) return [];
  if (!isAtOrBelow(here, moved)) return partsOf(Buffer.from(here, "latin1"));
  return [...partsOf(from), ...partsOf(Buffer.from(here.slice(moved.length), "latin1"))];
}

function placeNow(parts: readonly string[], { from, to }: MovedFolder): Buffer {
  const path = `/${parts.join("/")}`;
  const old = from.map((each) => each.toString("latin1")).find((each) => isAtOrBelow(path, each));
  // The dot: a descriptor by itself is a link.
  const now = old === undefined ? path : `/proc/self/fd/${to.fd}/.${path.slice(old.length)}`;
  return Buffer.from(now, "latin1");
}

/** @returns `null` if there is nothing of this name, or if it can't be read */
async function targetOf(path: Buffer): Promise<Buffer | "no link" | null> {
  try {
    return await readlink(path, { encoding: "buffer" });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === "EINVAL" ? "no link" : null;
  }
}

function partsOf(path: Buffer): readonly string[] {
  return pathParts(path).map((part) => part.toString("latin1"));
}
