// Commit statuses, the older way in which CI reports.

import { z } from "zod";
import { latestStatuses, setStatus } from "../acts/checks.ts";
import { resolveRevision } from "../git/refs.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { pageOf, paged } from "../http/pagination.ts";
import {
  actorIn,
  inRepository,
  ok,
  param,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { statusJson } from "../json/check.ts";
import { minimalRepositoryJson } from "../json/repository.ts";
import { repositoryApi } from "../json/urls.ts";
import type { CommitStatus } from "../state.ts";

const NewStatus = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().default("default"),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

export const statusRoutes: readonly Route[] = [
  inRepository("POST /repos/{owner}/{repo}/statuses/{sha}", createStatus),
  inRepository("GET /repos/{owner}/{repo}/commits/{ref}/statuses", async (request) => {
    const { world, repository } = request;
    const sha = await shaOf(request, param(request, "ref"));
    const all = repository.statuses.filter((status) => status.sha === sha).toReversed();
    return paged(request, all, (page) => page.map((status) => statusJson(world, repository, status)));
  }),
  inRepository("GET /repos/{owner}/{repo}/commits/{ref}/status", combined),
];

async function createStatus(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { state, context, description = null, target_url: targetUrl = null } = parseBody(request, NewStatus);
  const sha = await resolveRevision(request.git, param(request, "sha"));
  if (sha === null) throw new GitHubError(422, `No commit found for SHA: ${param(request, "sha")}`);
  const input = { state, context, description, targetUrl };
  const status = await setStatus(world, actorIn(request), repository, sha, input);
  return ok(statusJson(world, repository, status), 201);
}

async function combined(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const sha = await shaOf(request, param(request, "ref"));
  const statuses = latestStatuses(repository, sha);
  const { number, size } = pageOf(request);
  const commitUrl = `${repositoryApi(world, repository)}/commits/${sha}`;
  return ok({
    state: stateOf(statuses),
    statuses: statuses.slice((number - 1) * size, number * size).map((status) => {
      const { creator: _creator, ...json } = statusJson(world, repository, status);
      return json;
    }),
    sha,
    total_count: statuses.length,
    repository: minimalRepositoryJson(world, repository),
    commit_url: commitUrl,
    url: `${commitUrl}/status`,
  });
}

/** Also pending if there are no statuses. */
function stateOf(statuses: readonly CommitStatus[]): "failure" | "pending" | "success" {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  return statuses.length > 0 && statuses.every(({ state }) => state === "success") ? "success" : "pending";
}

async function shaOf({ git }: RepositoryRequest, revision: string): Promise<string> {
  const sha = await resolveRevision(git, revision.replace(/^heads\//, ""));
  if (sha === null) throw notFound();
  return sha;
}
