import { resolve } from "node:path";
import { OrbError } from "../../errors.ts";
import { openBelow } from "../git/open-below.ts";
import { readAlternates } from "../git/read-alternates.ts";
import type { Borrowing } from "../record/borrowing.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { findPlaces } from "./find-places.ts";
import { markOf } from "./marks.ts";
import { realPathOf } from "../git/real-path.ts";

const GIT = Buffer.from(".git");
const OBJECTS = Buffer.from("objects");
const ALTERNATES = Buffer.from("info/alternates");

/**
 * Finds out from where a workspace borrows objects. It looks into every folder, so it takes as long as the workspace is large.
 *
 * @throws OrbError if a part of it can't be read: then it may borrow from anybody
 */
export async function readBorrowing(folder: OpenFolder, signal?: AbortSignal): Promise<Borrowing> {
  // Before it is read: what changes meanwhile looks different afterwards.
  const own = await markOf(folder, Buffer.alloc(0));
  const { places } = await findPlaces(folder, signal);
  const from = new Set<string>();
  const marks = new Map([[own.path, own]]);
  for (const place of places) {
    const objects = joinBytes(place.kind === "bare" ? place.path : joinBytes(place.path, GIT), OBJECTS);
    const said = [place.path, objects, joinBytes(objects, ALTERNATES)];
    const seen = await Promise.all(said.map((path) => markOf(folder, path)));
    for (const mark of seen) marks.set(mark.path, marks.get(mark.path) ?? mark);
    for (const path of await borrowedBy(folder, objects)) from.add(path);
  }
  return { from: [...from], marks: [...marks.values()] };
}

/** @param path of the folder of objects, which need not be there */
async function borrowedBy(folder: OpenFolder, path: Buffer): Promise<readonly string[]> {
  try {
    await using objects = await openBelow(folder, path);
    return objects === null ? [] : await alternatesOf(objects);
  } catch (error) {
    if (!isNoFolder(error)) throw error;
    // A link, as `git new-workdir` makes it, borrows what it leads to. A file `.git`, as worktrees and submodules have it, leads to nothing
    // by this path: their objects lie where another place was found, or in a repository that lists the worktree.
    return [await realPathOf(resolve(await placeOf(folder), path.toString("latin1")))];
  }
}

async function alternatesOf(objects: OpenFolder): Promise<readonly string[]> {
  const here = await placeOf(objects);
  const named = await readAlternates(objects);
  return Promise.all(named.map((each) => realPathOf(resolve(here, each.toString("latin1")))));
}

async function placeOf(folder: OpenFolder): Promise<string> {
  return (await folder.currentPath()).toString("latin1");
}

/** A link, or a file, is in the place of the folder or of one around it. */
function isNoFolder(error: unknown): boolean {
  const cause = error instanceof OrbError ? error.cause : null;
  return cause instanceof OrbError && cause.code === "workspace_is_link";
}
