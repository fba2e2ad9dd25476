import type { CheckAnnotation, CheckRun, CommitStatus, PullRequest, Repository } from "../state.ts";
import { branchAt } from "../acts/branches.ts";
import { ACTIONS_SLUG, latestCheckRuns } from "../acts/checks.ts";
import { readCommit } from "../git/commits.ts";
import { branchSha } from "../git/refs.ts";
import type { World } from "../world.ts";
import { accountJson } from "./account.ts";
import { appJson } from "./app.ts";
import { minimalRepositoryJson } from "./repository.ts";
import { isoTime, isoTimeOrNull, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

/** One suite for each App and commit; its id must be the same in every answer. */
export function checkSuiteId({ appId, headSha }: Pick<CheckRun, "appId" | "headSha">): number {
  return Number.parseInt(headSha.slice(0, 10), 16) * 1_000 + (appId % 1_000);
}

/**
 * The address of a check run's details: the one of its App, else on GitHub; jobs of GitHub Actions have their
 * own page.
 */
export function detailsUrlOf(world: World, repository: Repository, run: CheckRun): string {
  if (run.detailsUrl !== null) return run.detailsUrl;
  const page = repositoryPage(world, repository);
  const isJob = world.state.apps.get(run.appId)?.slug === ACTIONS_SLUG;
  return isJob ? `${page}/actions/runs/${checkSuiteId(run)}/job/${run.id}` : `${page}/runs/${run.id}`;
}

export async function checkRunJson(
  world: World,
  repository: Repository,
  run: CheckRun,
): Promise<Schema<"check-run">> {
  const api = repositoryApi(world, repository);
  const app = world.state.apps.get(run.appId);
  const html = `${repositoryPage(world, repository)}/runs/${run.id}`;
  const { title, summary, text } = run.output;
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId ?? "",
    url: `${api}/check-runs/${run.id}`,
    html_url: html,
    details_url: detailsUrlOf(world, repository, run),
    status: run.status,
    conclusion: run.conclusion as Schema<"check-run">["conclusion"],
    started_at: isoTime(run.startedAt),
    completed_at: isoTimeOrNull(run.completedAt),
    output: {
      title,
      summary,
      text,
      annotations_count: run.annotations.length,
      annotations_url: `${api}/check-runs/${run.id}/annotations`,
    },
    name: run.name,
    check_suite: { id: checkSuiteId(run) },
    app: app ? appJson(world, app) : null,
    pull_requests: await pullRequestsOf(world, repository, run.headSha),
  };
}

/** The open pull requests whose head is this commit, as check events carry them. */
export async function pullRequestsOf(
  world: World,
  repository: Repository,
  headSha: string,
): Promise<Schema<"pull-request-minimal">[]> {
  const open = [...repository.pullRequests.values()].filter(
    (pullRequest) => pullRequest.state === "open" && pullRequest.headSha === headSha,
  );
  return Promise.all(open.map((pullRequest) => pullRequestMinimalJson(world, repository, pullRequest)));
}

async function pullRequestMinimalJson(
  world: World,
  repository: Repository,
  { id, number, headRef, headSha, baseRef }: PullRequest,
): Promise<Schema<"pull-request-minimal">> {
  const api = repositoryApi(world, repository);
  const repo = { id: repository.id, url: api, name: repository.name };
  const baseSha = (await branchSha(world.git(repository), baseRef)) ?? headSha;
  return {
    id,
    number,
    url: `${api}/pulls/${number}`,
    head: { ref: headRef, sha: headSha, repo },
    base: { ref: baseRef, sha: baseSha, repo },
  };
}

export function annotationJson(
  world: World,
  repository: Repository,
  run: CheckRun,
  annotation: CheckAnnotation,
): Schema<"check-annotation"> {
  const { path, start_line, end_line, annotation_level, message } = annotation;
  return {
    path,
    start_line,
    end_line,
    start_column: null,
    end_column: null,
    annotation_level,
    title: annotation.title ?? null,
    message,
    raw_details: annotation.raw_details ?? null,
    blob_href: `${repositoryApi(world, repository)}/contents/${encodeURI(path)}?ref=${run.headSha}`,
  };
}

export function statusJson(world: World, repository: Repository, status: CommitStatus): Schema<"status"> {
  return {
    url: `${repositoryApi(world, repository)}/statuses/${status.sha}`,
    avatar_url: accountJson(world, status.creator).avatar_url,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoTime(status.createdAt),
    updated_at: isoTime(status.createdAt),
    creator: accountJson(world, status.creator),
  };
}

/** The suites of a commit: the runs of each App combined. */
export async function checkSuitesJson(
  world: World,
  repository: Repository,
  headSha: string,
): Promise<Schema<"check-suite">[]> {
  const runs = latestCheckRuns(repository, headSha);
  const byApp = Map.groupBy(runs, ({ appId }) => appId);
  const commit = await readCommit(world.git(repository), headSha);
  const [headBranch, pullRequests] = await Promise.all([
    branchAt(world, repository, headSha),
    pullRequestsOf(world, repository, headSha),
  ]);
  return [...byApp].map(([appId, ofApp]) => {
    const id = checkSuiteId({ appId, headSha });
    const url = `${repositoryApi(world, repository)}/check-suites/${id}`;
    const app = world.state.apps.get(appId);
    const times = ofApp.map((run) => run.startedAt.getTime());
    const { status, conclusion } = outcomeOf(ofApp);
    return {
      id,
      node_id: `CS_kwDO${Buffer.from(String(id)).toString("base64url")}`,
      head_branch: headBranch,
      head_sha: headSha,
      status,
      conclusion,
      url,
      before: commit.parents[0] ?? null,
      after: headSha,
      pull_requests: pullRequests,
      app: app ? appJson(world, app) : null,
      repository: minimalRepositoryJson(world, repository),
      created_at: isoTime(new Date(Math.min(...times))),
      updated_at: isoTime(new Date(Math.max(...times))),
      head_commit: {
        id: headSha,
        tree_id: commit.treeSha,
        message: commit.message,
        timestamp: isoTime(commit.committer.date),
        author: { name: commit.author.name, email: commit.author.email },
        committer: { name: commit.committer.name, email: commit.committer.email },
      },
      latest_check_runs_count: ofApp.length,
      check_runs_url: `${url}/check-runs`,
    };
  });
}

function outcomeOf(runs: readonly CheckRun[]): Pick<Schema<"check-suite">, "status" | "conclusion"> {
  if (runs.some(({ status }) => status !== "completed")) return { status: "in_progress", conclusion: null };
  const bad = runs.find(({ conclusion }) => !["success", "neutral", "skipped"].includes(conclusion ?? ""));
  const conclusion = bad?.conclusion ?? "success";
  return { status: "completed", conclusion: conclusion as Schema<"check-suite">["conclusion"] };
}
