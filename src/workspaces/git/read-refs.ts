import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { parsePackedRefs, parseRef, type RefContent } from "./rules/ref-files.ts";

/** A ref file holds one line. */
const REF_BYTES_MAX = 8 * 1024;
const PACKED_REFS_BYTES_MAX = 64 * 1024 * 1024;
/** Of one repository. */
const REFS_MAX = 200_000;
/** Folders below `refs`. */
const DEPTH_MAX = 64;

export interface GitRef {
  /** The full name, such as `refs/heads/main`. Its bytes need not be UTF-8. */
  readonly name: Buffer;
  readonly sha: string;
}

/**
 * The refs of a repository, or the per-worktree refs of an admin folder, read without git: git hides some of them, and those of
 * other worktrees. Symbolic refs are left out, because they lead to other refs.
 *
 * @throws OrbError `git_unreadable` for a ref that is not understood
 */
export async function readRefs(gitDir: OpenFolder): Promise<GitRef[]> {
  const refs = new Map<string, GitRef>();
  const packed = await readSmallFile(gitDir, "packed-refs", PACKED_REFS_BYTES_MAX);
  const entries = packed === null ? [] : parsePackedRefs(packed.bytes);
  if (entries === null) throw gitUnreadable("packed-refs", "has a line that is not understood");
  for (const ref of entries) refs.set(ref.name.toString("latin1"), ref);
  await using folder = await openBelow(gitDir, "refs");
  if (folder !== null) await walk(folder, Buffer.from("refs"), refs, 0);
  if (refs.size > REFS_MAX) throw gitUnreadable("refs", `has more than ${REFS_MAX} refs`);
  // A ref without a commit is symbolic. It hides the packed ref of the same name, as in git.
  return [...refs.values()].filter(({ sha }) => sha !== "");
}

async function walk(
  folder: OpenFolder,
  path: Buffer,
  refs: Map<string, GitRef>,
  depth: number,
): Promise<void> {
  if (depth > DEPTH_MAX) throw gitUnreadable(path, `is deeper than ${DEPTH_MAX} folders`);
  for await (const entry of folder.entries()) {
    const name = Buffer.concat([path, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) {
      await using inner = await openBelow(folder, entry.name);
      if (inner !== null) await walk(inner, name, refs, depth + 1);
      continue;
    }
    // Another git writes the ref at this moment, or died while it did. The ref itself stands beside it.
    if (entry.name.toString("latin1").endsWith(".lock")) continue;
    const content = await readRef(folder, entry.name, name);
    if (content !== null)
      refs.set(name.toString("latin1"), { name, sha: "sha" in content ? content.sha : "" });
    if (refs.size > REFS_MAX) throw gitUnreadable("refs", `has more than ${REFS_MAX} refs`);
  }
}

/** A chain of symbolic refs ends after a few steps, or never. */
const STEPS_MAX = 5;

/** Where a worktree is. */
export interface Head {
  /** The branch; `null` if HEAD is detached. */
  readonly ref: Buffer | null;
  /** `null` for a branch without commits. */
  readonly sha: string | null;
}

/**
 * @param gitDir of the worktree
 * @param commonDir of its repository; symbolic refs are looked up there
 * @param refs those of `commonDir`
 * @throws OrbError `git_unreadable`
 */
export async function readHead(
  gitDir: OpenFolder,
  commonDir: OpenFolder,
  refs: readonly GitRef[],
): Promise<Head> {
  let content = await readRef(gitDir, "HEAD");
  if (content === null) throw gitUnreadable("HEAD", "is missing");
  if ("sha" in content) return { ref: null, sha: content.sha };
  const { ref } = content;
  for (let step = 0; step < STEPS_MAX; step++) {
    const { ref: name }: { ref: Buffer } = content;
    const found = refs.find((each) => each.name.equals(name));
    if (found) return { ref, sha: found.sha };
    const next = await readLooseRef(commonDir, name);
    if (next === null) return { ref, sha: null };
    if ("sha" in next) return { ref, sha: next.sha };
    content = next;
  }
  throw gitUnreadable("HEAD", "leads from one symbolic ref to the next");
}

async function readLooseRef(commonDir: OpenFolder, name: Buffer): Promise<RefContent | null> {
  const slash = name.lastIndexOf(0x2f);
  await using folder = slash <= 0 ? null : await openBelow(commonDir, name.subarray(0, slash));
  return folder && (await readRef(folder, name.subarray(slash + 1), name));
}

/**
 * One ref file, such as HEAD.
 *
 * @returns `null` if it does not exist
 * @throws OrbError `git_unreadable` if it is no ref
 */
async function readRef(
  folder: OpenFolder,
  name: Buffer | string,
  shown: Buffer | string = name,
): Promise<RefContent | null> {
  const file = await readSmallFile(folder, name, REF_BYTES_MAX);
  if (file === null) return null;
  const content = parseRef(file.bytes);
  if (content === null) throw gitUnreadable(shown, "holds neither a commit nor the name of a ref");
  return content;
}
