// What GitHub does after refs have moved, through git over HTTP, a person's commit, a merge or a deleted
// branch.

import { divergence, isAncestor } from "../git/compare.ts";
import { BRANCH_PREFIX, branchSha, deleteRef, listRefs, moveRef, ZERO_SHA } from "../git/refs.ts";
import { commitFiles, type Files } from "../git/write.ts";
import { GitHubError } from "../github-error.ts";
import type { PullRequest, Repository } from "../state.ts";
import { signatureOf, type Actor, type World } from "../world.ts";
import { installationsOn } from "./apps.ts";
import { closePullRequest, forgetMergeability } from "./pull-requests.ts";
import { dismissStaleReviews } from "./reviews.ts";

export interface RefMove {
  /** Full name. */
  readonly ref: string;
  /** Forty zeros if the ref is new. */
  readonly before: string;
  /** Forty zeros if it was deleted. */
  readonly after: string;
}

export interface FilesPush {
  readonly branch: string;
  /** Branch, tag or commit from which a new branch starts; by default the default branch. */
  readonly from?: string;
  readonly files: Files;
  readonly message: string;
  /** Starts again from `from` even if the branch exists, as a force-push does. */
  readonly force?: boolean;
}

/** Commits files to a branch as a person's push; returns the id of the new commit. */
export function pushFiles(
  world: World,
  actor: Actor,
  repository: Repository,
  push: FilesPush,
): Promise<string> {
  return world.inTurn(repository, async () => {
    const git = world.git(repository);
    const existing = await branchSha(git, push.branch);
    const from = push.from ?? repository.defaultBranch;
    const start = existing !== null && !push.force ? existing : await branchOrCommit(world, repository, from);
    const author = signatureOf(actor.account, world.now());
    const after = await commitFiles(git, { ...push, parent: start, author });
    const ref = BRANCH_PREFIX + push.branch;
    await afterPush(world, actor, repository, [{ ref, before: existing ?? ZERO_SHA, after }]);
    return after;
  });
}

/** @returns `null` in a repository without commits */
async function branchOrCommit(
  world: World,
  repository: Repository,
  revision: string,
): Promise<string | null> {
  const git = world.git(repository);
  const sha = await branchSha(git, revision);
  if (sha === null && (await listRefs(git)).length === 0) return null;
  return sha ?? git.text(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`]);
}

/** Moves an existing branch, if it has not moved since the caller saw it, and raises the events. */
export async function moveBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  { branch, before, after }: { branch: string; before: string; after: string },
): Promise<void> {
  const ref = BRANCH_PREFIX + branch;
  await moveRef(world.git(repository), { name: ref, to: after, expected: before });
  await afterPush(world, actor, repository, [{ ref, before, after }]);
}

/** Deletes a branch; its open pull requests close. */
export function deleteBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  branch: string,
): Promise<void> {
  return world.inTurn(repository, async () => {
    const git = world.git(repository);
    const before = await branchSha(git, branch);
    if (before === null) throw new GitHubError(422, "Reference does not exist");
    const ref = BRANCH_PREFIX + branch;
    await deleteRef(git, ref, before);
    await afterPush(world, actor, repository, [{ ref, before, after: ZERO_SHA }]);
  });
}

/** Raises the events of refs that have moved, and updates their pull requests. */
export async function afterPush(
  world: World,
  actor: Actor,
  repository: Repository,
  moves: readonly RefMove[],
): Promise<void> {
  for (const move of moves) {
    await tellPush(world, actor, repository, move);
    if (move.ref.startsWith(BRANCH_PREFIX)) await followBranch(world, actor, repository, move);
  }
}

async function tellPush(world: World, actor: Actor, repository: Repository, move: RefMove): Promise<void> {
  const { ref, before, after } = move;
  const about = { repository, sender: actor.account } as const;
  const created = before === ZERO_SHA;
  const deleted = after === ZERO_SHA;
  const forced = !created && !deleted && !(await isAncestor(world.git(repository), before, after));
  if (created || deleted) {
    const refType = ref.startsWith(BRANCH_PREFIX) ? "branch" : "tag";
    const short = ref.replace(/^refs\/(heads|tags)\//, "");
    await world.raise({ ...about, type: created ? "create" : "delete", ref: short, refType });
  }
  await world.raise({ ...about, type: "push", ref, before, after, created, deleted, forced });
  if (deleted || !ref.startsWith(BRANCH_PREFIX)) return;
  // Every App that may write checks gets a suite for the new commit and is asked to fill it.
  for (const { appId, permissions } of installationsOn(world, repository)) {
    if (permissions["checks"] !== "write") continue;
    const headBranch = ref.slice(BRANCH_PREFIX.length);
    await world.raise({
      ...about,
      type: "check_suite",
      action: "requested",
      appId,
      headSha: after,
      headBranch,
    });
  }
}

async function followBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  move: RefMove,
): Promise<void> {
  const branch = move.ref.slice(BRANCH_PREFIX.length);
  for (const pullRequest of repository.pullRequests.values()) {
    if (pullRequest.state !== "open") continue;
    if (pullRequest.headRef === branch) await moveHead(world, actor, repository, pullRequest, move);
    else if (pullRequest.baseRef === branch) await moveBase(world, actor, repository, pullRequest, move);
  }
}

async function moveHead(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  { before, after }: RefMove,
): Promise<void> {
  if (after === ZERO_SHA) return closePullRequest(world, actor, repository, pullRequest);
  const git = world.git(repository);
  pullRequest.headSha = after;
  pullRequest.updatedAt = world.now();
  forgetMergeability(world, pullRequest);
  await moveRef(git, { name: `refs/pull/${pullRequest.number}/head`, to: after });
  const about = { type: "pull_request", repository, pullRequest, sender: actor.account } as const;
  await world.raise({ ...about, action: "synchronize", before, after });
  await dismissStaleReviews(world, actor, repository, pullRequest);
  // If the head has no commits that its base lacks, nothing is left to review.
  const baseSha = await branchSha(git, pullRequest.baseRef);
  if (baseSha === null || (await divergence(git, baseSha, after)).aheadBy > 0) return;
  await closePullRequest(world, actor, repository, pullRequest);
}

async function moveBase(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  { after }: RefMove,
): Promise<void> {
  if (after === ZERO_SHA) return closePullRequest(world, actor, repository, pullRequest);
  forgetMergeability(world, pullRequest);
  // "Indirect merge": the commits of the head reached the base in another way.
  if ((await divergence(world.git(repository), after, pullRequest.headSha)).aheadBy > 0) return;
  pullRequest.mergedAt = world.now();
  pullRequest.mergedBy = actor.account;
  pullRequest.mergeCommitSha = after;
  await closePullRequest(world, actor, repository, pullRequest);
}
