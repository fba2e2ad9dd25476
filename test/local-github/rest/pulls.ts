// Pull requests: listing, opening, reading and editing.

import { z } from "zod";
import { observeMergeability, baseShaOf, pullRequestFiles } from "../acts/mergeability.ts";
import { editPullRequest, openPullRequest } from "../acts/pull-requests.ts";
import { may } from "../auth/access.ts";
import { listCommits } from "../git/commits.ts";
import { refused, validationFailed } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import {
  actorIn,
  given,
  inRepository,
  numberParam,
  ok,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { commitJson, fileJson } from "../json/commit.ts";
import { pullRequestJson, pullRequestSimpleJson } from "../json/pull-request.ts";
import type { PullRequest } from "../state.ts";
import { pullRequestOf } from "../world.ts";

// https://docs.github.com/rest/pulls/pulls#list-pull-requests-files and #list-commits-on-a-pull-request
const FILES_MAX = 3_000;
const COMMITS_MAX = 250;

const NewPullRequest = z.object({
  title: z.string().optional(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(false),
});
const PullRequestUpdate = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

export const pullRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/pulls", listPulls),
  inRepository("POST /repos/{owner}/{repo}/pulls", createPull),
  inRepository("GET /repos/{owner}/{repo}/pulls/{pull_number}", async (request) => {
    const { world, repository } = request;
    const pullRequest = pullIn(request);
    await observeMergeability(world, repository, pullRequest);
    return ok(await pullRequestJson(world, repository, pullRequest));
  }),
  inRepository("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", updatePull),
  inRepository("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", async (request) => {
    const { world, repository } = request;
    const pullRequest = pullIn(request);
    const files = (await pullRequestFiles(world, repository, pullRequest)).slice(0, FILES_MAX);
    const { headSha } = pullRequest;
    return paged(request, files, (page) =>
      page.map((change) => fileJson(world, repository, change, headSha)),
    );
  }),
  inRepository("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", async (request) => {
    const { world, repository, git } = request;
    const pullRequest = pullIn(request);
    const base = await baseShaOf(world, repository, pullRequest);
    const commits = (await listCommits(git, base, pullRequest.headSha)).slice(0, COMMITS_MAX);
    return paged(request, commits, (page) => page.map((commit) => commitJson(world, repository, commit)));
  }),
];

async function listPulls(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, url } = request;
  const query = url.searchParams;
  const state = query.get("state") ?? "open";
  const base = query.get("base");
  const head = query.get("head");
  const byUpdate = query.get("sort") === "updated";
  const direction = query.get("direction") ?? (query.has("sort") && !byUpdate ? "asc" : "desc");
  const pulls = [...repository.pullRequests.values()]
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => base === null || pull.baseRef === base)
    .filter((pull) => isHead(request, pull, head))
    .sort((a, b) => (byUpdate ? a.updatedAt.getTime() - b.updatedAt.getTime() : 0) || a.number - b.number);
  if (direction === "desc") pulls.reverse();
  const reply = paged(request, pulls);
  const page = reply.json as PullRequest[];
  return {
    ...reply,
    json: await Promise.all(page.map((pull) => pullRequestSimpleJson(world, repository, pull))),
  };
}

/** `head` filters only in the form `owner:branch`; without the owner GitHub ignores it and lists everything. */
function isHead({ repository }: RepositoryRequest, pull: PullRequest, head: string | null): boolean {
  if (head === null || !head.includes(":")) return true;
  return head.toLowerCase() === `${repository.owner.login}:${pull.headRef}`.toLowerCase();
}

async function createPull(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, caller } = request;
  const {
    title,
    body = null,
    maintainer_can_modify: maintainerCanModify,
    ...wanted
  } = parseBody(request, NewPullRequest);
  if (title === undefined)
    throw validationFailed({ resource: "Issue", code: "missing_field", field: "title" });
  if (!may(caller, repository, { contents: "read" }))
    throw refused("PullRequest", "not all refs are readable");
  const actor = actorIn(request);
  const pullRequest = await openPullRequest(world, actor, repository, {
    ...wanted,
    title,
    body,
    maintainerCanModify,
  });
  return ok(await pullRequestJson(world, repository, pullRequest), 201);
}

async function updatePull(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { maintainer_can_modify: maintainerCanModify, ...fields } = parseBody(request, PullRequestUpdate);
  const pullRequest = pullIn(request);
  const edit = given({ ...fields, maintainerCanModify });
  await editPullRequest(world, actorIn(request), repository, pullRequest, edit);
  return ok(await pullRequestJson(world, repository, pullRequest));
}

export function pullIn(request: RepositoryRequest): PullRequest {
  return pullRequestOf(request.repository, numberParam(request, "pull_number"));
}
