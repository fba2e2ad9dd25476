// Payloads about check runs, check suites and commit statuses.

import { latestCheckRuns } from "../../acts/checks.ts";
import { readCommit } from "../../git/commits.ts";
import { BRANCH_PREFIX, listRefs } from "../../git/refs.ts";
import { appJson } from "../../json/app.ts";
import { checkRunJson, checkSuiteId, pullRequestsOf, statusJson } from "../../json/check.ts";
import { commitJson } from "../../json/commit.ts";
import { isoTime } from "../../json/schema.ts";
import { repositoryApi } from "../../json/urls.ts";
import type { CheckRun, Repository } from "../../state.ts";
import { fullName, type World } from "../../world.ts";
import type { CheckRunEvent, CheckSuiteEvent, StatusEvent } from "../../world-event.ts";
import type { Payload } from "./part.ts";
import { shortCommit } from "./commits.ts";

/** Conclusions from worst to best: a suite has the worst conclusion of its runs. */
const GRAVITY = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "stale",
  "success",
  "neutral",
  "skipped",
];

export async function checkRunPart(world: World, event: CheckRunEvent): Promise<Payload> {
  const { repository, checkRun } = event;
  const json = await checkRunJson(world, repository, checkRun);
  const branch = await branchesAt(world, repository, checkRun.headSha);
  const suite = await suitePart(world, repository, { ...checkRun, headBranch: branch[0] ?? null });
  return {
    check_run: { ...json, check_suite: suite },
    ...(event.action === "requested_action"
      ? { requested_action: { identifier: event.requestedAction } }
      : {}),
  };
}

export async function checkSuitePart(world: World, event: CheckSuiteEvent): Promise<Payload> {
  const { repository, headSha } = event;
  const suite = await suitePart(world, repository, event);
  return {
    check_suite: {
      ...suite,
      latest_check_runs_count: suiteRuns(repository, event).length,
      check_runs_url: `${suite["url"] as string}/check-runs`,
      head_commit: shortCommit(await readCommit(world.git(repository), headSha)),
      rerequestable: true,
      runs_rerequestable: true,
    },
  };
}

async function suitePart(
  world: World,
  repository: Repository,
  suite: Pick<CheckSuiteEvent, "appId" | "headSha" | "headBranch">,
): Promise<Payload> {
  const { appId, headSha, headBranch } = suite;
  const id = checkSuiteId(suite);
  const runs = suiteRuns(repository, suite);
  const app = world.state.apps.get(appId);
  const startedAt =
    runs.map((run) => run.startedAt).sort((a, b) => a.getTime() - b.getTime())[0] ?? world.now();
  const { parents } = await readCommit(world.git(repository), headSha);
  return {
    id,
    node_id: `CS_kwDO${Buffer.from(String(id)).toString("base64url")}`,
    head_branch: headBranch,
    head_sha: headSha,
    ...verdictPart(runs),
    url: `${repositoryApi(world, repository)}/check-suites/${id}`,
    before: parents[0] ?? null,
    after: headSha,
    pull_requests: await pullRequestsOf(world, repository, headSha),
    app: app ? appJson(world, app) : null,
    created_at: isoTime(startedAt),
    updated_at: isoTime(world.now()),
  };
}

function suiteRuns(
  repository: Repository,
  { appId, headSha }: Pick<CheckRun, "appId" | "headSha">,
): CheckRun[] {
  return latestCheckRuns(repository, headSha).filter((run) => run.appId === appId);
}

function verdictPart(runs: readonly CheckRun[]): Payload {
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.some(({ status }) => status !== "completed")) return { status: "in_progress", conclusion: null };
  const conclusions = new Set(runs.map(({ conclusion }) => conclusion));
  return { status: "completed", conclusion: GRAVITY.find((each) => conclusions.has(each)) ?? "neutral" };
}

export async function statusPart(world: World, { repository, status }: StatusEvent): Promise<Payload> {
  const { url: _url, node_id: _nodeId, creator: _creator, ...json } = statusJson(world, repository, status);
  const api = repositoryApi(world, repository);
  const branches = await branchesAt(world, repository, status.sha);
  const commit = { sha: status.sha, url: `${api}/commits/${status.sha}` };
  return {
    ...json,
    sha: status.sha,
    name: fullName(repository),
    commit: commitJson(world, repository, await readCommit(world.git(repository), status.sha)),
    branches: branches.map((name) => ({ name, commit, protected: repository.protections.has(name) })),
  };
}

async function branchesAt(world: World, repository: Repository, sha: string): Promise<string[]> {
  const refs = await listRefs(world.git(repository), BRANCH_PREFIX);
  return refs.filter((ref) => ref.sha === sha).map(({ name }) => name.slice(BRANCH_PREFIX.length));
}
