import { constants } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readShallow } from "../../git/read-shallow.ts";
import type { RepositoryLayout } from "../../git/repository-layout.ts";
import { SafeGit } from "../../git/safe-git.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { archiveError } from "../failure.ts";
import { copyIndexes, indexObjects } from "./index-objects.ts";
import { findMentioned } from "./mentioned.ts";
import { typesOf } from "../read/object-types.ts";

/** Of one run of git: packing a repository of many gigabytes takes long. The signal ends it earlier. */
export const BUNDLE_TIMEOUT_MS = 3 * 60 * 60 * 1000;
/** Refs of the throw-away repository, and so of the bundle. */
const BUNDLE_REFS = "refs/orb/";

/** What a bundle has. */
export interface Bundled {
  /** Where a shallow history ends; empty for a whole one. */
  readonly shallow: readonly string[];
  /** How many refs the bundle has; 0 if there is none, because the repository has no object. */
  readonly tips: number;
  /** Blobs of the index that are in the bundle: files of the work tree that equal one need no other place. */
  readonly blobs: Iterable<string>;
  /** Files that the index tracks, from the work tree. */
  readonly tracked: readonly Buffer[];
}

export interface BundleOptions {
  /** The file of the bundle; must not exist. */
  readonly file: string;
  /** A private folder for throw-away repositories. */
  readonly scratch: string;
  /** Objects that must be in the bundle besides those that are found. */
  readonly alsoRequired: Iterable<string>;
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
}

/** The part of a repository's layout that a bundle needs. */
export type BundleSource = Pick<RepositoryLayout, "commonDir" | "objects" | "config"> & {
  /** The folder whose refs, reflogs, indexes and operations are archived: all of a repository's, or those of one worktree. */
  readonly place: OpenFolder;
};

/**
 * Writes a bundle with everything that a repository has, so that nothing of it depends on GitHub, on a lender of objects or
 * on another archive: those may be gone when it is needed. Each object that a ref, a reflog, an index or an operation under way
 * names gets a ref in it, because `git bundle --all` leaves out all but one entry of the stash, detached heads and
 * refs of linked worktrees.
 *
 * @throws OrbError `archive_incomplete`, `git_failed`, `git_unreadable` and others: then there is no archive
 */
export async function bundle(source: BundleSource, options: BundleOptions): Promise<Bundled> {
  const { signal, scratch, limits } = options;
  const { place, objects } = source;
  const shallow = await readShallow(source.commonDir);
  await using git = await SafeGit.open(
    { objects, objectFormat: source.config.objectFormat, shallow },
    { scratch },
  );

  const named = await findMentioned(place, { limits, signal });
  const required = new Set([...named.byRefs, ...options.alsoRequired]);
  const types = await typesOf(git, [...new Set([...required, ...named.elsewhere])], { signal });
  assertAllThere(required, types);
  const tips = [...types].filter(([, type]) => type === "commit" || type === "tag").map(([object]) => object);
  await writeRefs(git, tips);

  const indexes = await copyIndexes(place, { git, limits, signal });
  const { blobs, unreached, tracked } = await indexObjects(git, indexes, { signal });
  const staged = await typesOf(git, [...new Set([...blobs, ...unreached])], { signal });
  assertAllThere(blobs, staged);
  const loose = [...types, ...[...staged].filter(([object]) => unreached.has(object))];
  const others = loose.filter(([, type]) => type === "blob" || type === "tree");
  if (others.length > 0) tips.push(await commitOf(git, others, { signal }));
  const distinct = await writeRefs(git, tips);
  if (distinct > 0) await writeBundle(git, options);
  return { shallow, tips: distinct, blobs: [...blobs].filter((blob) => staged.has(blob)), tracked };
}

/** Refs of the throw-away repository, one for each tip. @returns how many there are */
export async function writeRefs(git: SafeGit, tips: readonly string[]): Promise<number> {
  const lines = [...new Set(tips)].map((tip) => `${tip} ${BUNDLE_REFS}${tip}\n`);
  await writeFile(join(git.gitDir, "packed-refs"), lines.sort().join(""));
  return lines.length;
}

/** A commit of ours with files and folders that no commit has: what is staged, or was. */
async function commitOf(
  git: SafeGit,
  objects: readonly (readonly [string, string])[],
  { signal }: { readonly signal: AbortSignal },
): Promise<string> {
  const lines = objects.map(
    ([object, type]) => `${type === "tree" ? "040000" : "100644"} ${type} ${object}\t${object}\0`,
  );
  const input = Buffer.from([...new Set(lines)].join(""));
  const tree = String(await git.run(["mktree", "-z"], { input, signal })).trim();
  const commit = `tree ${tree}\nauthor ${PINNED_BY}\ncommitter ${PINNED_BY}\n\nObjects that no commit has\n`;
  const args = ["hash-object", "-t", "commit", "-w", "--stdin"];
  return String(await git.run(args, { input: Buffer.from(commit), signal })).trim();
}

async function writeBundle(git: SafeGit, { file, signal }: BundleOptions): Promise<void> {
  const args = ["bundle", "create", "--quiet", file, "--all"];
  await git.run(args, { signal, timeoutMs: BUNDLE_TIMEOUT_MS });
  await using written = await open(file, constants.O_RDONLY);
  await written.chmod(0o600);
  await written.sync();
}

function assertAllThere(objects: ReadonlySet<string>, types: ReadonlyMap<string, string>): void {
  const missing = [...objects].find((object) => !types.has(object) && !EMPTY_BLOBS.has(object));
  if (missing === undefined) return;
  throw archiveError({
    code: "archive_incomplete",
    reason: `The repository lacks object ${missing.slice(0, 12)}, which it needs. It may be a partial clone.`,
    remedy: "Push its branches, or fetch what is missing: `git fetch --refetch --no-filter`.",
  });
}

const PINNED_BY = "orb-bot <orb-bot@localhost> 0 +0000";
/** git need not store it: `git add --intent-to-add` names it without an object. */
const EMPTY_BLOBS = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
]);
