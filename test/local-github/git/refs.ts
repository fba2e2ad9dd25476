// Branches and other refs: git itself moves and deletes them, so its own rules about names and races apply.

import { GitHubError } from "../github-error.ts";
import type { BareRepository } from "./bare-repository.ts";
import { readRef, readRefs, writeRef } from "./ref-files.ts";

/** git's id for a missing object: the `before` of a new ref, the `after` of a deleted one. */
export const ZERO_SHA = "0".repeat(40);
export const BRANCH_PREFIX = "refs/heads/";
const TAG_PREFIX = "refs/tags/";
/** The heads of pull requests, which only the local GitHub writes. */
const PULL_PREFIX = "refs/pull/";
/** A full commit id, with or without a step to a parent: what it stands for never changes. */
const FIXED_REVISION = /^[0-9a-f]{40}(\^\d?)?$/;

export interface Ref {
  /** Full name, e.g. `refs/heads/main`. */
  readonly name: string;
  readonly sha: string;
  readonly objectType: "commit" | "tag" | "tree" | "blob";
}

/** The last commit of a branch, or `null`. */
export async function branchSha(git: BareRepository, branch: string): Promise<string | null> {
  const name = BRANCH_PREFIX + branch;
  const sha = await readRef(git, name);
  return sha === undefined ? askForCommit(git, name) : sha;
}

/** The commit that a branch, tag, full ref or (shortened) commit id stands for, or `null`. */
export async function resolveCommit(git: BareRepository, revision: string): Promise<string | null> {
  if (revision === "" || revision.startsWith("-")) return null;
  if (FIXED_REVISION.test(revision))
    return git.remember(`revision ${revision}`, () => askForCommit(git, revision));
  const head = revision === "HEAD" ? await readRef(git, revision) : undefined;
  return head === undefined ? askForCommit(git, revision) : head;
}

/** Spares git the question whether this id (full) stands for a commit. */
export function rememberCommit(git: BareRepository, sha: string): void {
  git.addAnswer(`revision ${sha}`, sha);
}

async function askForCommit(git: BareRepository, revision: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const { code, stdout } = await git.run(args, { answers: [1, 128] });
  return code === 0 ? stdout.toString().trim() : null;
}

/** A branch first, then anything else that git can resolve: GitHub reads `ref` parameters in this order. */
export async function resolveRevision(git: BareRepository, revision: string): Promise<string | null> {
  // Never a branch name: GitHub refuses branches that look like a commit id, and git refuses a caret.
  if (FIXED_REVISION.test(revision)) return resolveCommit(git, revision);
  return (await branchSha(git, revision)) ?? (await resolveCommit(git, revision));
}

/** Branches and tags whose full name starts with `prefix`, by name. Hidden refs such as `refs/pull` are excluded. */
export async function listRefs(git: BareRepository, prefix = "refs/"): Promise<Ref[]> {
  return ((await readBranches(git)) ?? (await askForRefs(git))).filter((ref) => ref.name.startsWith(prefix));
}

/** All refs if they are branches; `null` if there may be others. */
async function readBranches(git: BareRepository): Promise<Ref[] | null> {
  const [branches, tags] = await Promise.all([readRefs(git, BRANCH_PREFIX), readRefs(git, TAG_PREFIX)]);
  if (branches === null || tags?.size !== 0) return null;
  return [...branches].map(([name, sha]) => ({ name, sha, objectType: "commit" }));
}

async function askForRefs(git: BareRepository): Promise<Ref[]> {
  const format = "--format=%(objectname) %(objecttype) %(refname)";
  const lines = await git.text(["for-each-ref", format, BRANCH_PREFIX, TAG_PREFIX]);
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [sha = "", objectType = "", ...name] = line.split(" ");
      return { sha, objectType: objectType as Ref["objectType"], name: name.join(" ") };
    });
}

/** Refuses as GitHub does if there is no commit yet: https://docs.github.com/rest/git */
export async function demandCommits(git: BareRepository): Promise<void> {
  if ((await listRefs(git)).length === 0) throw new GitHubError(409, "Git Repository is empty.");
}

/**
 * Creates or moves a ref; with `expected` only from that commit (forty zeros: only if it is new), else git
 * refuses.
 */
export async function moveRef(
  git: BareRepository,
  { name, to, expected }: { name: string; to: string; expected?: string },
): Promise<void> {
  if (name.startsWith(PULL_PREFIX) && expected === undefined) return writeRef(git, name, to);
  await git.run(["update-ref", name, to, ...(expected === undefined ? [] : [expected])]);
}

/** Deletes a ref if it is still at `expected`. */
export async function deleteRef(git: BareRepository, name: string, expected: string): Promise<void> {
  await git.run(["update-ref", "-d", name, expected]);
}

/** Whether git accepts this as a branch name. */
export async function isBranchName(git: BareRepository, branch: string): Promise<boolean> {
  const { code } = await git.run(["check-ref-format", BRANCH_PREFIX + branch], { answers: [1] });
  return code === 0;
}
