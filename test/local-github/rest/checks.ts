// Check runs and suites: what Apps report on a commit.

import { z } from "zod";
import { createCheckRun, latestCheckRuns, updateCheckRun, type CheckRunInput } from "../acts/checks.ts";
import { resolveRevision } from "../git/refs.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import {
  actorIn,
  given,
  inRepository,
  numberParam,
  ok,
  param,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { annotationJson, checkRunJson, checkSuitesJson } from "../json/check.ts";
import type { App, CheckRun } from "../state.ts";

const CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
] as const;

const Annotation = z.object({
  path: z.string(),
  start_line: z.int(),
  end_line: z.int(),
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z.string(),
  title: z.string().max(255).default(""),
  raw_details: z.string().default(""),
});
const CheckRunBody = z.object({
  name: z.string().optional(),
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.coerce.date().optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  completed_at: z.coerce.date().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().optional(),
      text: z.string().optional(),
      annotations: z.array(Annotation).optional(),
    })
    .optional(),
  actions: z
    .array(
      z.object({
        label: z.string().max(20),
        description: z.string().max(40),
        identifier: z.string().max(20),
      }),
    )
    .optional(),
});
const NewCheckRun = CheckRunBody.extend({ name: z.string(), head_sha: z.string() });

export const checkRoutes: readonly Route[] = [
  inRepository("POST /repos/{owner}/{repo}/check-runs", createRun),
  inRepository("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", async (request) =>
    ok(await checkRunJson(request.world, request.repository, runIn(request))),
  ),
  inRepository("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", updateRun),
  inRepository("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", (request) => {
    const run = runIn(request);
    return paged(request, run.annotations, (page) =>
      page.map((annotation) => annotationJson(request.world, request.repository, run, annotation)),
    );
  }),
  inRepository("POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", async (request) => {
    const { world, repository } = request;
    const { account: sender } = actorIn(request);
    const checkRun = runIn(request);
    await world.raise({ type: "check_run", action: "rerequested", repository, checkRun, sender });
    return ok({}, 201);
  }),
  inRepository("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", listRuns),
  inRepository("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", listSuites),
];

async function createRun(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git } = request;
  const { head_sha: headSha, ...body } = parseBody(request, NewCheckRun);
  const { id: appId } = appIn(request);
  if ((await resolveRevision(git, headSha)) !== headSha) {
    throw new GitHubError(422, `No commit found for SHA: ${headSha}`);
  }
  const input = { ...inputOf(body), name: body.name, headSha, appId };
  const run = await createCheckRun(world, actorIn(request), repository, input);
  return ok(await checkRunJson(world, repository, run), 201);
}

async function updateRun(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const body = parseBody(request, CheckRunBody);
  const run = runIn(request);
  if (run.appId !== appIn(request).id) {
    const message = `Invalid app_id \`${appIn(request).id}\` - check run can only be modified by the GitHub App that created it.`;
    throw new GitHubError(403, message);
  }
  await updateCheckRun(world, actorIn(request), repository, run, inputOf(body));
  return ok(await checkRunJson(world, repository, run));
}

function appIn({ caller }: RepositoryRequest): App {
  if (caller.kind !== "installation") throw new GitHubError(403, "You must authenticate via a GitHub App.");
  return caller.app;
}

function runIn(request: RepositoryRequest): CheckRun {
  const id = numberParam(request, "check_run_id");
  const run = request.repository.checkRuns.find((each) => each.id === id);
  if (!run) throw notFound();
  return run;
}

function inputOf(body: z.output<typeof CheckRunBody>): CheckRunInput {
  const { details_url: detailsUrl, external_id: externalId, ...rest } = body;
  const { started_at: startedAt, completed_at: completedAt, ...named } = rest;
  return given({ ...named, detailsUrl, externalId, startedAt, completedAt });
}

async function listRuns(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, url } = request;
  const query = url.searchParams;
  const sha = await shaOf(request);
  const all = repository.checkRuns.filter(({ headSha }) => headSha === sha);
  const runs = (query.get("filter") === "all" ? all : latestCheckRuns(repository, sha))
    .filter(({ name }) => !query.has("check_name") || name === query.get("check_name"))
    .filter(({ status }) => !query.has("status") || status === query.get("status"))
    .filter(({ appId }) => !query.has("app_id") || String(appId) === query.get("app_id"));
  const json = await Promise.all(runs.map((run) => checkRunJson(world, repository, run)));
  return paged(request, json, (page, total) => ({ total_count: total, check_runs: page }));
}

async function listSuites(request: RepositoryRequest): Promise<Reply> {
  const suites = await checkSuitesJson(request.world, request.repository, await shaOf(request));
  return paged(request, suites, (page, total) => ({ total_count: total, check_suites: page }));
}

async function shaOf(request: RepositoryRequest): Promise<string> {
  const revision = param(request, "ref");
  const sha = await resolveRevision(request.git, revision.replace(/^heads\//, ""));
  if (sha === null) throw new GitHubError(422, `No commit found for SHA: ${revision}`);
  return sha;
}
