// Issues, and pull requests as issues.

import { z } from "zod";
import { editIssue, openIssue } from "../acts/issues.ts";
import { setLabels } from "../acts/labels.ts";
import { editPullRequest } from "../acts/pull-requests.ts";
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
import { issueJson } from "../json/issue.ts";
import { isPullRequest, issueOf } from "../world.ts";

const NewIssue = z.object({
  title: z.union([z.string(), z.int().transform(String)]),
  body: z.string().nullish(),
  labels: z.array(z.string()).optional(),
});
const IssueUpdate = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  labels: z.array(z.string()).optional(),
});

export const issueRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/issues", listIssues),
  inRepository("POST /repos/{owner}/{repo}/issues", async (request) => {
    const { world, repository } = request;
    const { title, body = null, labels = [] } = parseBody(request, NewIssue);
    const issue = await openIssue(world, actorIn(request), repository, { title, body, labels });
    return ok(issueJson(world, repository, issue), 201);
  }),
  inRepository("GET /repos/{owner}/{repo}/issues/{issue_number}", (request) => {
    const { world, repository } = request;
    return ok(issueJson(world, repository, issueOf(repository, numberParam(request, "issue_number"))));
  }),
  inRepository("PATCH /repos/{owner}/{repo}/issues/{issue_number}", updateIssue),
];

function listIssues(request: RepositoryRequest): Reply {
  const { world, repository, url } = request;
  const state = url.searchParams.get("state") ?? "open";
  const labels = (url.searchParams.get("labels") ?? "").toLowerCase().split(",").filter(Boolean);
  const issues = [...repository.issues.values(), ...repository.pullRequests.values()]
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .sort((a, b) => b.number - a.number);
  return paged(request, issues, (page) => page.map((issue) => issueJson(world, repository, issue)));
}

async function updateIssue(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { labels, ...fields } = parseBody(request, IssueUpdate);
  const issue = issueOf(repository, numberParam(request, "issue_number"));
  const edit = given(fields);
  const actor = actorIn(request);
  if (isPullRequest(issue)) await editPullRequest(world, actor, repository, issue, edit);
  else await editIssue(world, actor, repository, issue, edit);
  if (labels) await setLabels(world, actor, repository, issue, labels);
  return ok(issueJson(world, repository, issue));
}
