import type { Dirent } from "node:fs";
import { OrbError } from "../../errors.ts";
import { openBelow } from "../git/open-below.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { shownPath } from "../tree/shown-path.ts";

/** Somewhere inside a workspace where a repository is, or seems to be. */
export interface Place {
  /** Relative to the workspace; empty for the workspace itself. */
  readonly path: Buffer;
  /** `files`: it has an entry `.git`. `bare`: it is itself a repository, such as that of a submodule below `.git/modules`. */
  readonly kind: "files" | "bare";
}

export interface PlacesFound {
  readonly places: readonly Place[];
  /** The paths of all places, as strings of single bytes. */
  readonly paths: ReadonlySet<string>;
  /** Which folders look like a repository themselves, as `dev:ino`: each `.git` folder and each bare one. */
  readonly inside: ReadonlySet<string>;
}

/** Each of them needs some descriptors. */
const PLACES_MAX = 500;
/** Deeper folders are kept as unreadable: each level holds a descriptor. */
const DEPTH_MAX = 400;
/** Files of the work tree that git opens by itself; a link in their place it does not follow. */
const READ_BY_GIT: ReadonlySet<string> = new Set([".git", ".gitattributes", ".gitignore", ".gitmodules"]);
/** Folders. A workspace with more is kept as unreadable. */
const FOLDERS_MAX = 2_000_000;

/**
 * Looks into every folder, also into ignored ones: no form of `git status` names a repository below an ignored folder. No link is
 * followed and no other file system entered.
 *
 * @throws OrbError `files_unreadable`
 */
export async function findPlaces(folder: OpenFolder, signal?: AbortSignal): Promise<PlacesFound> {
  const search: Search = { places: [], inside: new Set(), folders: 0, mountId: folder.mountId, signal };
  await walk(folder, { path: Buffer.alloc(0), name: "", depth: 0, inGit: false }, search);
  const paths = new Set(search.places.map(({ path }) => path.toString("latin1")));
  return { places: search.places, paths, inside: search.inside };
}

/** An identity of a folder that no rename changes. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

interface Search {
  readonly places: Place[];
  readonly inside: Set<string>;
  folders: number;
  readonly mountId: number;
  readonly signal: AbortSignal | undefined;
}

interface Here {
  readonly path: Buffer;
  readonly name: string;
  readonly depth: number;
  /** It belongs to a repository's own files, such as `.git/objects`. */
  readonly inGit: boolean;
}

async function walk(folder: OpenFolder, here: Here, search: Search): Promise<void> {
  search.signal?.throwIfAborted();
  if (++search.folders > FOLDERS_MAX)
    throw unreadable(here.path, `has more than ${FOLDERS_MAX} folders inside`);
  if (here.depth > DEPTH_MAX) throw unreadable(here.path, `is deeper than ${DEPTH_MAX} folders`);
  if (folder.mountId !== search.mountId) throw mountPoint(here.path);
  const folders: Buffer[] = [];
  const has = { git: false, head: false, objects: false, refs: false };
  for await (const entry of folder.entries()) {
    const name = entry.name.toString("latin1");
    if (blocksReaders(entry) && (here.inGit || READ_BY_GIT.has(name))) {
      throw unreadable(
        here.path,
        `has a FIFO or a device in the place of ${shownPath(entry.name)}, on which git would wait`,
      );
    }
    if (name === ".git") has.git = true;
    else if (name === "HEAD" && !entry.isDirectory()) has.head = true;
    else if (name === "objects") has.objects = entry.isDirectory();
    else if (name === "refs") has.refs = entry.isDirectory();
    if (entry.isDirectory()) folders.push(Buffer.from(entry.name));
  }
  const isRepository = has.head && has.objects && has.refs;
  if (isRepository) search.inside.add(identityOf(folder));
  if (has.git) search.places.push({ path: here.path, kind: "files" });
  if (isRepository && here.name !== ".git") search.places.push({ path: here.path, kind: "bare" });
  if (search.places.length > PLACES_MAX)
    throw unreadable(here.path, `is one of more than ${PLACES_MAX} repositories`);
  for (const name of folders) await enter(folder, name, here, search);
}

function blocksReaders(entry: Dirent<Buffer>): boolean {
  return entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
}

async function enter(folder: OpenFolder, name: Buffer, here: Here, search: Search): Promise<void> {
  const path = joinBytes(here.path, name);
  await using inner = await openBelow(folder, name).catch((error: unknown) => {
    throw unreadable(path, "can't be opened", error);
  });
  // It disappeared since it was listed.
  if (inner === null) return;
  const inGit = here.inGit || name.equals(Buffer.from(".git"));
  await walk(inner, { path, name: name.toString("latin1"), depth: here.depth + 1, inGit }, search);
}

const LET_READ = "Let the bot's user read it, or decide about this workspace by hand. Until then it stays.";

export function unreadable(path: Buffer, why: string, cause?: unknown, remedy = LET_READ): OrbError {
  const reason = `${path.length === 0 ? "The workspace" : shownPath(path)} ${why}.`;
  return new OrbError({ code: "files_unreadable", reason, remedy }, { cause });
}

function mountPoint(path: Buffer): OrbError {
  const remedy = "Unmount what is mounted there when nobody uses it any more. The bot tries again.";
  return unreadable(path, "is a mount point, behind which nothing is read", undefined, remedy);
}
