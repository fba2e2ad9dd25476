// A repository's labels, and labels on issues and pull requests.

import { z } from "zod";
import {
  addLabels,
  createLabel,
  deleteLabel,
  labelOf,
  labelsOn,
  removeLabel,
  setLabels,
  updateLabel,
} from "../acts/labels.ts";
import { paged } from "../http/pagination.ts";
import {
  NO_CONTENT,
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
import { labelJson } from "../json/label.ts";
import type { Issue, PullRequest } from "../state.ts";
import { issueOf } from "../world.ts";

const NewLabel = z.object({
  name: z.string(),
  color: z.string().optional(),
  description: z.string().nullish(),
});
const LabelUpdate = z.object({
  new_name: z.string().optional(),
  color: z.string().optional(),
  description: z.string().nullish(),
});
const Named = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
/** `{ labels: […] }` or the bare list. */
const LabelNames = z.union([
  z.array(Named),
  z.object({ labels: z.array(Named).default([]) }).transform(({ labels }) => labels),
]);

const repositoryLabelRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/labels", (request) => {
    const { world, repository } = request;
    const labels = [...repository.labels.values()].sort((a, b) => a.name.localeCompare(b.name));
    return paged(request, labels, (page) => page.map((label) => labelJson(world, repository, label)));
  }),
  inRepository("POST /repos/{owner}/{repo}/labels", async (request) => {
    const { world, repository } = request;
    const { name, color, description = null } = parseBody(request, NewLabel);
    const input = { name, description, ...given({ color }) };
    const label = await createLabel(world, actorIn(request), repository, input);
    return ok(labelJson(world, repository, label), 201);
  }),
  inRepository("GET /repos/{owner}/{repo}/labels/{name}", (request) => {
    const { world, repository } = request;
    return ok(labelJson(world, repository, labelOf(repository, param(request, "name"))));
  }),
  inRepository("PATCH /repos/{owner}/{repo}/labels/{name}", patchLabel),
  inRepository("DELETE /repos/{owner}/{repo}/labels/{name}", async (request) => {
    const label = labelOf(request.repository, param(request, "name"));
    await deleteLabel(request.world, actorIn(request), request.repository, label);
    return NO_CONTENT;
  }),
];

const issueLabelRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", (request) =>
    paged(request, labelsOn(request.repository, issueIn(request)), labelList(request)),
  ),
  inRepository("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", (request) =>
    change(request, addLabels),
  ),
  inRepository("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels", (request) =>
    change(request, setLabels),
  ),
  inRepository("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels", async (request) => {
    await setLabels(request.world, actorIn(request), request.repository, issueIn(request), []);
    return NO_CONTENT;
  }),
  inRepository("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", async (request) => {
    const issue = issueIn(request);
    const { world, repository } = request;
    await removeLabel(world, actorIn(request), repository, issue, param(request, "name"));
    return answerLabels(request, issue);
  }),
];

export const labelRoutes: readonly Route[] = [...repositoryLabelRoutes, ...issueLabelRoutes];

async function patchLabel(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { new_name: name, color, description } = parseBody(request, LabelUpdate);
  const label = labelOf(repository, param(request, "name"));
  await updateLabel(world, actorIn(request), repository, label, given({ name, color, description }));
  return ok(labelJson(world, repository, label));
}

async function change(request: RepositoryRequest, act: typeof addLabels): Promise<Reply> {
  const issue = issueIn(request);
  const names = parseBody(request, LabelNames);
  await act(request.world, actorIn(request), request.repository, issue, names);
  return answerLabels(request, issue);
}

function issueIn(request: RepositoryRequest): PullRequest | Issue {
  return issueOf(request.repository, numberParam(request, "issue_number"));
}

function answerLabels(request: RepositoryRequest, issue: PullRequest | Issue): Reply {
  return ok(labelList(request)(labelsOn(request.repository, issue)));
}

function labelList({ world, repository }: RepositoryRequest) {
  return (labels: Parameters<typeof labelJson>[2][]) =>
    labels.map((label) => labelJson(world, repository, label));
}
