// Whether a pull request can be merged, and if not, GitHub's word for the obstacle.

import { changesSinceFork, divergence } from "../git/compare.ts";
import type { FileChange } from "../git/diff.ts";
import { readCommit } from "../git/commits.ts";
import { mergeCommit, tryMerge } from "../git/merge.ts";
import { resolveRevision } from "../git/refs.ts";
import type { PullRequest, Repository } from "../state.ts";
import { signatureOf, type World } from "../world.ts";
import { requirementsOf } from "./branches.ts";
import { latestCheckRuns, latestStatuses } from "./checks.ts";
import { writersReviews } from "./reviews.ts";

export type MergeState = "clean" | "dirty" | "blocked" | "behind" | "unstable" | "draft" | "unknown";
export type Verdict = "pending" | "success" | "failure";

/** One read of a pull request. The first ones start the computation and still see `null`, as on GitHub. */
export async function observeMergeability(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (pullRequest.state === "closed" || pullRequest.mergeable !== null) return;
  if (pullRequest.mergeableNullReads > 0) {
    pullRequest.mergeableNullReads -= 1;
    return;
  }
  const git = world.git(repository);
  const { headSha } = pullRequest;
  const baseSha = await baseShaOf(world, repository, pullRequest);
  const related = (await divergence(git, baseSha, headSha)).mergeBase !== null;
  const outcome = related ? await tryMerge(git, baseSha, headSha) : { clean: false };
  const author = signatureOf(pullRequest.author, pullRequest.createdAt);
  const message = `Merge ${headSha} into ${baseSha}`;
  const testMerge = outcome.clean
    ? await git.remember(`test-merge ${baseSha} ${headSha}`, () =>
        mergeCommit(git, { base: baseSha, head: headSha, message, author, committer: author }),
      )
    : null;
  // If a push came in between, the computed value is about old commits.
  if (pullRequest.headSha !== headSha || pullRequest.mergedAt) return;
  pullRequest.mergeable = outcome.clean;
  pullRequest.mergeCommitSha = testMerge;
}

/** `mergeable_state` of REST, in lower case; GraphQL's MergeStateStatus in upper. */
export async function mergeStateOf(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<MergeState> {
  if (pullRequest.state === "closed" || pullRequest.mergeable === null) return "unknown";
  if (pullRequest.draft) return "draft";
  if (!pullRequest.mergeable) return "dirty";
  const { checks, strict, approvals } = requirementsOf(repository, pullRequest.baseRef);
  if (approvals > 0 && reviewDecisionOf(repository, pullRequest) !== "APPROVED") return "blocked";
  const verdicts = verdictsOn(repository, pullRequest.headSha);
  if (checks.some((name) => verdicts.get(name) !== "success")) return "blocked";
  if (strict) {
    const baseSha = await baseShaOf(world, repository, pullRequest);
    const { behindBy } = await divergence(world.git(repository), baseSha, pullRequest.headSha);
    if (behindBy > 0) return "behind";
  }
  return [...verdicts.values()].some((verdict) => verdict !== "success") ? "unstable" : "clean";
}

/** GraphQL's reviewDecision; `null` if the base requires no review. */
export function reviewDecisionOf(
  repository: Repository,
  pullRequest: PullRequest,
): "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED" | null {
  const { approvals } = requirementsOf(repository, pullRequest.baseRef);
  if (approvals === 0) return null;
  const standing = writersReviews(repository, pullRequest);
  if (standing.some(({ state }) => state === "CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const approved = standing.filter(({ state }) => state === "APPROVED").length;
  return approved >= approvals ? "APPROVED" : "REVIEW_REQUIRED";
}

/** What CI reports on a commit, by the name of the check or the context of the status. */
export function verdictsOn(repository: Repository, sha: string): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const { context, state } of latestStatuses(repository, sha)) {
    verdicts.set(context, state === "error" ? "failure" : state);
  }
  for (const { name, status, conclusion } of latestCheckRuns(repository, sha)) {
    verdicts.set(name, status === "completed" ? verdictOf(conclusion) : "pending");
  }
  return verdicts;
}

/** `neutral` and `skipped` count as passing. */
function verdictOf(conclusion: string | null): Verdict {
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped"
    ? "success"
    : "failure";
}

/** The last commit of the base branch; for a closed pull request whose base is gone, the commit where it forked. */
export async function baseShaOf(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<string> {
  const git = world.git(repository);
  if (pullRequest.mergedAt && pullRequest.mergeCommitSha) {
    const { parents } = await readCommit(git, pullRequest.mergeCommitSha);
    return parents[0] ?? pullRequest.mergeCommitSha;
  }
  const sha = await resolveRevision(git, pullRequest.baseRef);
  return sha ?? (await resolveRevision(git, `${pullRequest.headSha}^`)) ?? pullRequest.headSha;
}

/** The files that the pull request changes, as on its page. */
export async function pullRequestFiles(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<FileChange[]> {
  const baseSha = await baseShaOf(world, repository, pullRequest);
  return changesSinceFork(world.git(repository), baseSha, pullRequest.headSha);
}
