import {
  type WorktreeLock,
  type LinkedWorktree,
  readLinkedWorktrees,
  readLock,
} from "../git/linked-worktrees.ts";
import { openBelow } from "../git/open-below.ts";
import { type Operation, readOperations } from "../git/operations.ts";
import { type GitRef, type Head, readHead, readRefs } from "../git/read-refs.ts";
import { readReflogs } from "../git/read-reflogs.ts";
import type { RepositoryLayout } from "../git/repository-layout.ts";
import type { GitHost } from "../git/safe-git.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { kindOfReflog, kindOfRef, type Tip } from "./rules/tip.ts";

export interface Collected {
  /** Of the worktree that the layout belongs to. */
  readonly head: Head;
  /** Everything that leads to a commit and is lost with the workspace. */
  readonly tips: readonly Tip[];
  /** Commits that stay: refs of a main repository elsewhere, without the branch of this worktree. */
  readonly stays: readonly string[];
  readonly branches: readonly Buffer[];
  readonly operations: readonly Operation[];
  /** All of a repository in the workspace. */
  readonly worktrees: readonly LinkedWorktree[];
  /** Of this worktree itself. */
  readonly lock: WorktreeLock | null;
}

/**
 * Reads what leads to commits, without git: no form of `git for-each-ref --all` shows the per-worktree refs of other worktrees.
 *
 * @param inside whether the whole repository goes with the workspace; otherwise only what belongs to this worktree counts
 * @throws OrbError `git_unreadable`
 */
export async function collectTips(
  layout: RepositoryLayout,
  inside: boolean,
  host: Pick<GitHost, "moved" | "inTrash"> = {},
): Promise<Collected> {
  const { gitDir, commonDir } = layout;
  const refs = await readRefs(commonDir);
  const own = await readAdmin(gitDir, commonDir, refs);
  const lock = gitDir === commonDir ? null : await readLock(gitDir);
  if (!inside) {
    const branch = own.head.ref;
    const branches = branch === null ? [] : [branch];
    return { ...own, lock, branches, stays: othersOf(refs, branch), worktrees: [] };
  }
  const tips = [...own.tips, ...refs.map(tipOfRef)];
  const operations = [...own.operations];
  if (gitDir !== commonDir) await add(commonDir);
  else tips.push(...(await reflogTips(commonDir)));
  const worktrees = await readLinkedWorktrees(commonDir, host);
  for (const { id } of worktrees) {
    await using admin = await openBelow(commonDir, Buffer.concat([Buffer.from("worktrees/"), id]));
    if (admin !== null) await add(admin);
  }
  const branches = refs.filter(({ name }) => kindOfRef(name) === "branch").map(({ name }) => name);
  return { head: own.head, tips, stays: [], branches, operations, worktrees, lock };

  async function add(admin: OpenFolder): Promise<void> {
    const found = await readAdmin(admin, commonDir, refs);
    tips.push(...found.tips);
    operations.push(...found.operations);
    if (admin === commonDir) tips.push(...(await reflogTips(commonDir)));
  }
}

/** What belongs to one worktree: HEAD, its own refs and reflogs, and what it is in the middle of. */
async function readAdmin(
  gitDir: OpenFolder,
  commonDir: OpenFolder,
  refs: readonly GitRef[],
): Promise<Pick<Collected, "head" | "tips" | "operations">> {
  const head = await readHead(gitDir, commonDir, refs);
  const { operations, shas, previousHead } = await readOperations(gitDir);
  const tips: Tip[] = [];
  const name = Buffer.from("HEAD");
  if (head.sha !== null && head.ref === null) tips.push({ sha: head.sha, kind: "detached-head", name });
  if (head.sha !== null && head.ref !== null) tips.push({ sha: head.sha, kind: "branch", name: head.ref });
  tips.push(...shas.map((sha) => ({ sha, kind: "operation" as const, name: Buffer.from("MERGE_HEAD") })));
  tips.push(...previousHead.map((sha) => ({ sha, kind: "reflog" as const, name: Buffer.from("ORIG_HEAD") })));
  if (gitDir !== commonDir) {
    tips.push(...(await readRefs(gitDir)).map(tipOfRef), ...(await reflogTips(gitDir)));
  }
  return { head, operations, tips };
}

async function reflogTips(gitDir: OpenFolder): Promise<Tip[]> {
  const reflogs = await readReflogs(gitDir);
  return reflogs.flatMap(({ ref, shas }) => shas.map((sha) => ({ sha, kind: kindOfReflog(ref), name: ref })));
}

function tipOfRef({ name, sha }: GitRef): Tip {
  return { sha, name, kind: kindOfRef(name) };
}

/** Remote-tracking refs are no place where something is kept: anybody can write them. */
function othersOf(refs: readonly GitRef[], branch: Buffer | null): string[] {
  const counts = ({ name }: GitRef): boolean =>
    kindOfRef(name) !== "fetched" && !(branch && name.equals(branch));
  return [...new Set(refs.filter(counts).map(({ sha }) => sha))];
}
