// Everything that the page of one pull request shows, read from state and git.

import { requirementsOf } from "../acts/branches.ts";
import { latestCheckRuns, latestStatuses } from "../acts/checks.ts";
import { closingIssues } from "../acts/issues.ts";
import {
  baseShaOf,
  mergeStateOf,
  observeMergeability,
  pullRequestFiles,
  type MergeState,
} from "../acts/mergeability.ts";
import { standingReviews } from "../acts/reviews.ts";
import { listCommits, type Commit } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import { repositoryPage } from "../json/urls.ts";
import type { CheckRun, PullRequest, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { renderComment } from "./markdown.ts";
import { patchLines } from "./patch-lines.ts";
import { personView } from "./person-view.ts";
import { pullRequestSummary } from "./pull-request-summary.ts";
import { timelineOf } from "./timeline.ts";

/** Diffs longer than this start folded, as on GitHub. */
const UNFOLDED_LINES_MAX = 400;

/** GitHub loads the rest on scrolling; this page has no scripts. */
const FILES_SHOWN_MAX = 300;

/** Opening the page starts the computation of mergeability, as on GitHub. */
export async function pullRequestView(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<Record<string, unknown>> {
  await observeMergeability(world, repository, pullRequest);
  const baseSha = await baseShaOf(world, repository, pullRequest);
  const [files, commits, mergeState] = await Promise.all([
    pullRequestFiles(world, repository, pullRequest),
    listCommits(world.git(repository), baseSha, pullRequest.headSha),
    mergeStateOf(world, repository, pullRequest),
  ]);
  const { body, baseRef, headRef } = pullRequest;
  const { checks: requiredChecks } = requirementsOf(repository, baseRef);
  const sum = (count: (file: FileChange) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    ...pullRequestSummary(world, repository, pullRequest),
    baseRef,
    headRef,
    bodyHtml: body ? await renderComment(world, body, repository) : null,
    timeline: await timelineOf(world, repository, pullRequest),
    commits: commits.map(commitView),
    checks: await checkViews(world, repository, pullRequest, requiredChecks),
    requiredChecks,
    merge: mergeText(mergeState, pullRequest),
    files: files.slice(0, FILES_SHOWN_MAX).map(fileView),
    fileCount: files.length,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    ...sidebar(world, repository, pullRequest),
  };
}

function sidebar(world: World, repository: Repository, pullRequest: PullRequest): Record<string, unknown> {
  const standing = new Map(standingReviews(pullRequest).map(({ author, state }) => [author, state]));
  const reviewers = new Set([...pullRequest.requestedReviewers, ...standing.keys()]);
  return {
    reviewers: [...reviewers].map((account) => ({
      person: personView(world, account),
      // A reviewer who is requested again is pending, whatever the earlier review was.
      verdict: pullRequest.requestedReviewers.includes(account) ? "REQUESTED" : standing.get(account),
    })),
    teams: pullRequest.requestedTeams.map((slug) => `${repository.owner.login}/${slug}`),
    assignees: pullRequest.assignees.map((account) => personView(world, account)),
    closes: closingIssues(repository, [pullRequest.body]).map(({ number, title }) => ({
      number,
      title,
      href: `${repositoryPage(world, repository)}/issues/${number}`,
    })),
  };
}

function commitView({ sha, message, author }: Commit): Record<string, unknown> {
  const [subject = ""] = message.split("\n");
  return { shortSha: sha.slice(0, 7), subject, author: author.name, date: author.date };
}

async function checkViews(
  world: World,
  repository: Repository,
  { headSha: sha, state }: PullRequest,
  required: readonly string[],
): Promise<Record<string, unknown>[]> {
  const runs = latestCheckRuns(repository, sha).map(async (run) => ({
    name: run.name,
    by: world.state.apps.get(run.appId)?.name ?? "",
    verdict: run.status === "completed" ? (run.conclusion ?? "neutral") : "pending",
    title: run.output.title ?? run.status.replace("_", " "),
    detailsHtml: await outputHtml(world, repository, run),
    buttons: run.actions.map(({ label }) => label),
  }));
  const statuses = latestStatuses(repository, sha).map(({ context, state, description, creator }) => ({
    name: context,
    by: creator.login,
    verdict: state === "error" ? "failure" : state,
    title: description ?? "",
    detailsHtml: null,
    buttons: [],
  }));
  const said = [...(await Promise.all(runs)), ...statuses];
  const missing =
    state === "open" ? required.filter((name) => !said.some((check) => check.name === name)) : [];
  return [...said, ...missing.map(missingCheck)];
}

/** GitHub's words for a required check that has not started. */
function missingCheck(name: string) {
  return {
    name,
    by: "",
    verdict: "pending",
    title: "Expected — Waiting for status to be reported",
    detailsHtml: null,
    buttons: [],
  };
}

async function outputHtml(
  world: World,
  repository: Repository,
  { output }: CheckRun,
): Promise<string | null> {
  const text = [output.summary, output.text].filter((part) => part !== null).join("\n\n");
  return text === "" ? null : renderComment(world, text, repository);
}

function fileView(file: FileChange): Record<string, unknown> {
  const lines = file.patch === null ? [] : patchLines(file.patch);
  return { ...file, lines, isUnfolded: lines.length <= UNFOLDED_LINES_MAX };
}

const MERGE_TEXTS: Record<MergeState, { tone: string; title: string; text: string }> = {
  clean: {
    tone: "good",
    title: "No conflicts with base branch",
    text: "Merging can be performed automatically.",
  },
  unstable: {
    tone: "good",
    title: "No conflicts with base branch",
    text: "Some checks were not successful, but none of them is required.",
  },
  dirty: {
    tone: "bad",
    title: "This branch has conflicts that must be resolved",
    text: "Merge the base branch into it and resolve them.",
  },
  blocked: {
    tone: "bad",
    title: "Merging is blocked",
    text: "A required review or status check is missing.",
  },
  behind: {
    tone: "bad",
    title: "This branch is out-of-date with the base branch",
    text: "Merge the latest changes of the base branch into it.",
  },
  draft: {
    tone: "quiet",
    title: "This pull request is still a work in progress",
    text: "Draft pull requests cannot be merged.",
  },
  unknown: {
    tone: "quiet",
    title: "Checking for the ability to merge automatically…",
    text: "Look again in a moment.",
  },
};

function mergeText(state: MergeState, { mergedAt, mergedBy, state: open }: PullRequest): object {
  if (mergedAt) {
    const text = mergedBy ? `Merged by ${mergedBy.login}.` : "";
    return { tone: "merged", title: "Pull request successfully merged and closed", text };
  }
  if (open === "closed") return { tone: "quiet", title: "Closed with unmerged commits", text: "" };
  return MERGE_TEXTS[state];
}
