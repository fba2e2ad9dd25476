import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SafeGit } from "../../git/safe-git.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { OpenFile } from "./read-file.ts";
import { walk } from "./walk.ts";

/** The index of a repository, or of a linked worktree in it, and the parts that several indexes share. */
const INDEX = /^(?:worktrees\/[^/]*\/)?(?:index|sharedindex\.[0-9a-f]{40,64})$/s;
const GITLINK = "160000";

export interface IndexObjects {
  /** Files that are staged, also those of conflicts. Without one of them the index is broken. */
  readonly blobs: ReadonlySet<string>;
  /** Of these, and of the folders and earlier versions that an index remembers, those that no ref reaches. */
  readonly unreached: ReadonlySet<string>;
  /** Files that the repository's own index tracks, from its work tree. */
  readonly tracked: readonly Buffer[];
}

/** That of the repository itself, and not of a linked worktree. */
const OWN = "index";

/** All indexes in a git folder. git reads copies: it would follow a link, and write to the original. */
export async function copyIndexes(
  gitFolder: OpenFolder,
  {
    git,
    limits,
    signal,
  }: { readonly git: SafeGit; readonly limits: ArchiveLimits; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const copies: string[] = [];
  const enter = (path: Buffer): boolean => /^worktrees(?:\/[^/]*)?$/s.test(path.toString("latin1"));
  for await (const { path, name, parent, stat } of walk(gitFolder, { enter, limits, signal })) {
    if (!stat.isFile() || !INDEX.test(path.toString("latin1"))) continue;
    const isShared = !name.equals(Buffer.from("index"));
    const isOwn = path.equals(Buffer.from("index"));
    const copy = isOwn ? OWN : isShared ? name.toString("latin1") : `index-${copies.length}`;
    await using file = await OpenFile.open(parent, { name, path, expected: stat });
    await pipeline(file.chunks(null), createWriteStream(join(git.gitDir, copy), { flags: "w", mode: 0o600 }));
    if (!isShared) copies.push(copy);
  }
  return copies;
}

/**
 * The objects that indexes name.
 *
 * @param git with a ref for each commit that is archived
 * @param copies names of indexes in the throw-away repository
 */
export async function indexObjects(
  git: SafeGit,
  copies: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<IndexObjects> {
  const blobs = new Set<string>();
  const unreached = new Set<string>();
  const tracked: Buffer[] = [];
  for (const index of copies) {
    const staged = await git.run(["ls-files", "--stage", "-z"], { index, signal });
    for (const { mode, object, path } of stagedFiles(staged)) {
      if (mode !== GITLINK) blobs.add(object);
      if (index === OWN) tracked.push(path);
    }
    const beyond = await git.run(BEYOND_REFS, { index, signal });
    for (const object of beyond.toString("latin1").split("\n").slice(0, -1)) unreached.add(object);
  }
  return { blobs, unreached, tracked };
}

/** `mode object stage`, a tab and the path; each ends with NUL. */
function* stagedFiles(output: Buffer): Generator<{ mode: string; object: string; path: Buffer }, void> {
  for (let begin = 0; begin < output.length;) {
    const end = output.indexOf(0, begin);
    const tab = output.indexOf(TAB, begin);
    const [mode = "", object = ""] = output.toString("latin1", begin, tab).split(" ");
    yield { mode, object, path: Buffer.from(output.subarray(tab + 1, end)) };
    begin = end + 1;
  }
}

const TAB = 0x09;

/** What is missing here was only remembered; that no staged file is missing is checked by its caller. */
const BEYOND_REFS = [
  "rev-list",
  "--objects",
  "--no-object-names",
  "--missing=allow-any",
  "--indexed-objects",
  "--not",
  "--all",
];
