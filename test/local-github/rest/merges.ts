// Merging, and updating a branch from its base.

import { z } from "zod";
import { mergePullRequest, updateBranch } from "../acts/merges.ts";
import { notFound } from "../github-error.ts";
import {
  NO_CONTENT,
  actorIn,
  given,
  inRepository,
  ok,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { repositoryPage } from "../json/urls.ts";
import { pullIn } from "./pulls.ts";

const Merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
});
const BranchUpdate = z.object({ expected_head_sha: z.string().optional() });

export const mergeRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", (request) => {
    if (!pullIn(request).mergedAt) throw notFound();
    return NO_CONTENT;
  }),
  inRepository("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", merge),
  inRepository("PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch", update),
];

async function merge(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { commit_title: title, commit_message: message, ...rest } = parseBody(request, Merge);
  const how = given({ title, message, sha: rest.sha, method: rest.merge_method });
  const sha = await mergePullRequest(world, actorIn(request), repository, pullIn(request), how);
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

async function update(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { expected_head_sha: expected } = parseBody(request, BranchUpdate);
  const pullRequest = pullIn(request);
  await updateBranch(world, actorIn(request), repository, pullRequest, expected);
  const url = `${repositoryPage(world, repository)}/pull/${pullRequest.number}`;
  return ok({ message: "Updating pull request branch.", url }, 202);
}
