import { OrbError } from "../../errors.ts";
import { realpath } from "node:fs/promises";
import { namedPath, openBelow } from "../git/open-below.ts";
import { readAlternates } from "../git/read-alternates.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { findPlaces, type Place } from "./find-places.ts";

/** Another workspace, as far as it matters for this one. It is small, so callers may remember it until the workspace changes. */
export interface Neighbour {
  readonly path: string;
  /** Real paths of the folders of objects from which it borrows. */
  readonly borrowsFrom: readonly Buffer[];
  /** A part of it can't be read, so nobody knows from whom it borrows. */
  readonly unreadable: boolean;
}

/** Finds out from whom a workspace borrows objects. Never throws for a damaged workspace: that one may borrow from anybody. */
export async function readNeighbour(
  folder: OpenFolder,
  path: string,
  signal?: AbortSignal,
): Promise<Neighbour> {
  try {
    const { places } = await findPlaces(folder, signal);
    const borrowed = await Promise.all(places.map((place) => borrowedBy(folder, place)));
    return { path, borrowsFrom: borrowed.flat(), unreadable: false };
  } catch (error) {
    if (!(error instanceof OrbError) && !isSystemError(error)) throw error;
    return { path, borrowsFrom: [], unreadable: true };
  }
}

async function borrowedBy(folder: OpenFolder, { path, kind }: Place): Promise<Buffer[]> {
  const git =
    kind === "bare" ? path : Buffer.concat([path, Buffer.from(path.length === 0 ? ".git" : "/.git")]);
  // A linked worktree and a submodule have a file `.git`: their objects lie where another place was found, or elsewhere.
  const objects = await openBelow(folder, Buffer.concat([git, Buffer.from("/objects")])).catch(
    (error: unknown) => {
      if (error instanceof OrbError) return null;
      throw error;
    },
  );
  if (objects === null) return [];
  try {
    const named = await readAlternates(objects);
    return await Promise.all(named.map((each) => realPath(objects, each)));
  } finally {
    await objects.close();
  }
}

/** What no longer exists stays as it is named. */
async function realPath(objects: OpenFolder, path: Buffer): Promise<Buffer> {
  try {
    return await realpath(namedPath(objects, path), { encoding: "buffer" });
  } catch (error) {
    if (isSystemError(error)) return path;
    throw error;
  }
}

export interface Borrowers {
  readonly known: readonly string[];
  /** Workspaces that can't be read: each may be one. */
  readonly possible: readonly string[];
}

/** The neighbours that borrow from below a folder, or may do so. */
export function borrowersOf(path: Buffer, neighbours: readonly Neighbour[]): Borrowers {
  const below = Buffer.concat([path, Buffer.from("/")]);
  const isBelow = (other: Buffer): boolean => other.subarray(0, below.length).equals(below);
  const others = neighbours.filter((each) => !Buffer.from(each.path).equals(path));
  return {
    known: others.filter(({ borrowsFrom }) => borrowsFrom.some(isBelow)).map((each) => each.path),
    possible: others.filter((each) => each.unreadable).map((each) => each.path),
  };
}
