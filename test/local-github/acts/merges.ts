// Merging a pull request and updating its branch.

import { divergence } from "../git/compare.ts";
import { listCommits } from "../git/commits.ts";
import { mergeCommit, rebaseCommits, squashCommit } from "../git/merge.ts";
import { branchSha } from "../git/refs.ts";
import { GitHubError } from "../github-error.ts";
import type { PullRequest, Repository } from "../state.ts";
import { signatureOf, type Actor, type World } from "../world.ts";
import { requirementsOf } from "./branches.ts";
import { closingIssues, editIssue } from "./issues.ts";
import { mergeStateOf, observeMergeability, reviewDecisionOf } from "./mergeability.ts";
import { closePullRequest } from "./pull-requests.ts";
import { moveBranch } from "./pushes.ts";

export interface MergeRequest {
  readonly method?: "merge" | "squash" | "rebase";
  readonly title?: string;
  readonly message?: string;
  /** The head that the caller has seen; any other head is refused. */
  readonly sha?: string;
}

/** Merges and closes; returns the new commit of the base. */
export function mergePullRequest(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  wanted: MergeRequest = {},
): Promise<string> {
  return world.inTurn(repository, async () => {
    await refuseUnmergeable(world, repository, pullRequest, wanted);
    const base = await branchSha(world.git(repository), pullRequest.baseRef);
    if (base === null) throw new GitHubError(404, "Base does not exist");
    const after = await mergedTip(world, actor, repository, pullRequest, { ...wanted, base });
    if (after === null) throw new GitHubError(405, "Pull Request is not mergeable");
    const commits = await listCommits(world.git(repository), base, pullRequest.headSha);
    // Marked as merged before its base moves, so that the move is not taken for another person's.
    pullRequest.mergedAt = world.now();
    pullRequest.mergedBy = actor.account;
    pullRequest.mergeCommitSha = after;
    await closePullRequest(world, actor, repository, pullRequest);
    await moveBranch(world, actor, repository, { branch: pullRequest.baseRef, before: base, after });
    if (pullRequest.baseRef === repository.defaultBranch) {
      const texts = [pullRequest.body, ...commits.map(({ message }) => message)];
      for (const issue of closingIssues(repository, texts)) {
        await editIssue(world, actor, repository, issue, { state: "closed" });
      }
    }
    return after;
  });
}

async function refuseUnmergeable(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
  { sha }: MergeRequest,
): Promise<void> {
  if (pullRequest.state === "closed") throw new GitHubError(405, "Pull Request is not mergeable");
  if (sha !== undefined && sha !== pullRequest.headSha) {
    throw new GitHubError(409, "Head branch was modified. Review and try the merge again.");
  }
  if (pullRequest.draft) throw new GitHubError(405, "Pull Request is still a draft");
  pullRequest.mergeableNullReads = 0;
  await observeMergeability(world, repository, pullRequest);
  const state = await mergeStateOf(world, repository, pullRequest);
  if (state === "dirty") throw new GitHubError(405, "Pull Request is not mergeable");
  if (state === "behind")
    throw new GitHubError(405, "Head branch is out of date. Review and try the merge again.");
  if (state !== "blocked") return;
  const { approvals } = requirementsOf(repository, pullRequest.baseRef);
  const reviewed = approvals === 0 || reviewDecisionOf(repository, pullRequest) === "APPROVED";
  const noun = approvals === 1 ? "approving review is" : "approving reviews are";
  throw new GitHubError(
    405,
    reviewed
      ? "Required status checks have not succeeded."
      : `At least ${approvals} ${noun} required by reviewers with write access.`,
  );
}

async function mergedTip(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  wanted: MergeRequest & { readonly base: string },
): Promise<string | null> {
  const git = world.git(repository);
  const { base, method = "merge" } = wanted;
  const { headSha: head, headRef, number } = pullRequest;
  const committer = signatureOf(actor.account, world.now());
  if (method === "rebase") return rebaseCommits(git, { base, head, committer });
  const squash = method === "squash";
  const title =
    wanted.title ??
    (squash
      ? `${pullRequest.title} (#${number})`
      : `Merge pull request #${number} from ${repository.owner.login}/${headRef}`);
  const text = wanted.message ?? (squash ? (pullRequest.body ?? "") : pullRequest.title);
  const message = text === "" ? title : `${title}\n\n${text}`;
  const author = squash ? signatureOf(pullRequest.author, world.now()) : committer;
  return (squash ? squashCommit : mergeCommit)(git, { base, head, message, author, committer });
}

/** Merges the base into the head branch. */
export function updateBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  expectedHeadSha?: string,
): Promise<void> {
  return world.inTurn(repository, async () => {
    const { headRef, headSha, baseRef } = pullRequest;
    if (expectedHeadSha !== undefined && expectedHeadSha !== headSha) {
      throw new GitHubError(422, "expected head sha didn’t match current head ref.");
    }
    const git = world.git(repository);
    const base = await branchSha(git, baseRef);
    if (base === null || pullRequest.state === "closed")
      throw new GitHubError(422, "Pull request is not open.");
    if ((await divergence(git, base, headSha)).behindBy === 0) {
      throw new GitHubError(422, "There are no new commits on the base branch.");
    }
    const author = signatureOf(actor.account, world.now());
    const message = `Merge branch '${baseRef}' into ${headRef}`;
    const after = await mergeCommit(git, { base: headSha, head: base, message, author, committer: author });
    if (after === null) throw new GitHubError(422, "merge conflict between base and head");
    await moveBranch(world, actor, repository, { branch: headRef, before: headSha, after });
  });
}
