import { closingIssues } from "../../acts/issues.ts";
import { baseShaOf, mergeStateOf, pullRequestFiles, reviewDecisionOf } from "../../acts/mergeability.ts";
import { standingReviews, writersReviews } from "../../acts/reviews.ts";
import { listCommits, readCommit, type Commit } from "../../git/commits.ts";
import type { FileChange } from "../../git/diff.ts";
import { isoTimeOrNull } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { PullRequest, Repository, Review } from "../../state.ts";
import { connection, type PageArguments } from "../connection.ts";
import { observeOnce, type Context, type Fields } from "../context.ts";
import { gitNodeId } from "../global-ids.ts";
import { actorFields } from "./actor.ts";
import { rollupFields } from "./checks.ts";
import { commitFields } from "./commit.ts";
import { discussedFields, issueFields } from "./issue.ts";
import { findRef } from "./ref.ts";
import { reviewFields, reviewRequestsConnection } from "./review.ts";

export function pullRequestFields(
  context: Context,
  repository: Repository,
  pullRequest: PullRequest,
): Fields {
  const { draft, mergedAt, mergedBy, state, comments, reviews } = pullRequest;
  return {
    ...discussedFields(context, repository, pullRequest),
    __typename: "PullRequest",
    state: mergedAt ? "MERGED" : state.toUpperCase(),
    isDraft: draft,
    merged: mergedAt !== null,
    mergedAt: isoTimeOrNull(mergedAt),
    mergedBy: mergedBy && actorFields(context, mergedBy),
    maintainerCanModify: pullRequest.maintainerCanModify,
    totalCommentsCount: comments.length + reviews.length,
    permalink: `${repositoryPage(context.world, repository)}/pull/${pullRequest.number}`,
    ...endFields(context, repository, pullRequest),
    ...mergeFields(context, repository, pullRequest),
    ...changeFields(context, repository, pullRequest),
    ...reviewedFields(context, repository, pullRequest),
    closingIssuesReferences: (page: PageArguments) =>
      connection("closingIssuesReferences", closes(repository, pullRequest), page, (issue) =>
        issueFields(context, repository, issue),
      ),
  };
}

/** Keywords only work for the default branch. */
function closes(repository: Repository, { baseRef, body }: PullRequest) {
  return baseRef === repository.defaultBranch ? closingIssues(repository, [body]) : [];
}

function endFields(context: Context, repository: Repository, pullRequest: PullRequest) {
  const { headRef, headSha, baseRef } = pullRequest;
  const here = (): Fields => context.show.repository(context, repository);
  return {
    headRefName: headRef,
    headRefOid: headSha,
    headRef: () => findRef(context, repository, headRef),
    headRepository: here,
    headRepositoryOwner: actorFields(context, repository.owner),
    baseRefName: baseRef,
    baseRefOid: () => baseShaOf(context.world, repository, pullRequest),
    baseRef: () => findRef(context, repository, baseRef),
    baseRepository: here,
    isCrossRepository: false,
  };
}

function mergeFields(context: Context, repository: Repository, pullRequest: PullRequest) {
  const { world } = context;
  const observed = (): Promise<void> => observeOnce(context, repository, pullRequest);
  const mergeCommit = async (): Promise<Fields | null> => {
    const { mergeCommitSha } = pullRequest;
    if (mergeCommitSha === null) return null;
    return commitFields(context, repository, await readCommit(world.git(repository), mergeCommitSha));
  };
  return {
    mergeable: async () => {
      await observed();
      if (pullRequest.state === "closed" || pullRequest.mergeable === null) return "UNKNOWN";
      return pullRequest.mergeable ? "MERGEABLE" : "CONFLICTING";
    },
    mergeStateStatus: async () => {
      await observed();
      return (await mergeStateOf(world, repository, pullRequest)).toUpperCase();
    },
    mergeCommit: () => (pullRequest.mergedAt ? mergeCommit() : null),
    potentialMergeCommit: () => (pullRequest.mergedAt ? null : mergeCommit()),
    statusCheckRollup: () => rollupFields(context, repository, pullRequest.headSha),
  };
}

function changeFields(context: Context, repository: Repository, pullRequest: PullRequest) {
  const { world } = context;
  const files = (): Promise<FileChange[]> => pullRequestFiles(world, repository, pullRequest);
  const sum = (count: (file: FileChange) => number) => async (): Promise<number> =>
    (await files()).reduce((total, file) => total + count(file), 0);
  return {
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
    changedFiles: sum(() => 1),
    files: async (page: PageArguments) => connection("files", await files(), page, fileFields),
    commits: async (page: PageArguments) => {
      const baseSha = await baseShaOf(world, repository, pullRequest);
      const commits = await listCommits(world.git(repository), baseSha, pullRequest.headSha);
      return connection("commits", commits, page, (commit) =>
        membershipFields(context, repository, pullRequest, commit),
      );
    },
  };
}

function fileFields({ path, additions, deletions, status }: FileChange): Fields {
  const changeType = status === "removed" ? "DELETED" : status.toUpperCase();
  return {
    __typename: "PullRequestChangedFile",
    path,
    additions,
    deletions,
    changeType,
    viewerViewedState: "UNVIEWED",
  };
}

function membershipFields(
  context: Context,
  repository: Repository,
  pullRequest: PullRequest,
  commit: Commit,
): Fields {
  const page = `${repositoryPage(context.world, repository)}/pull/${pullRequest.number}`;
  return {
    __typename: "PullRequestCommit",
    id: gitNodeId("PRC", { repositoryId: repository.id, name: `${pullRequest.number}:${commit.sha}` }),
    url: `${page}/commits/${commit.sha}`,
    commit: commitFields(context, repository, commit),
    pullRequest: () => context.show.pullRequest(context, repository, pullRequest),
  };
}

function reviewedFields(context: Context, repository: Repository, pullRequest: PullRequest) {
  const shown = (name: string, reviews: readonly Review[], page: PageArguments) =>
    connection(name, reviews, page, (review) => reviewFields(context, repository, pullRequest, review));
  return {
    reviewDecision: reviewDecisionOf(repository, pullRequest),
    reviewRequests: reviewRequestsConnection(context, repository, pullRequest),
    reviews: ({ states, author, ...page }: PageArguments & { states?: string[]; author?: string }) =>
      shown(
        "reviews",
        pullRequest.reviews.filter(
          (review) =>
            (states === undefined || states.includes(review.state)) &&
            (author === undefined || review.author.login === author),
        ),
        page,
      ),
    latestOpinionatedReviews: ({ writersOnly, ...page }: PageArguments & { writersOnly?: boolean }) =>
      shown(
        "latestOpinionatedReviews",
        writersOnly ? writersReviews(repository, pullRequest) : standingReviews(pullRequest),
        page,
      ),
  };
}
