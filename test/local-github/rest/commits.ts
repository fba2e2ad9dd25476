// Commits and comparisons.

import { pullRequestsThatBrought } from "../acts/brought.ts";
import { divergence } from "../git/compare.ts";
import { history, listCommits, readCommits, readCommit } from "../git/commits.ts";
import { diffCommits, diffRoot, type FileChange } from "../git/diff.ts";
import { demandCommits, resolveRevision } from "../git/refs.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { linkHeader, pageOf, paged } from "../http/pagination.ts";
import { inRepository, param, type Reply, type RepositoryRequest, type Route } from "../http/route.ts";
import { commitJson, fileJson } from "../json/commit.ts";
import { pullRequestSimpleJson } from "../json/pull-request.ts";
import type { Schema } from "../json/schema.ts";
import { repositoryApi, repositoryPage } from "../json/urls.ts";

// https://docs.github.com/rest/commits/commits#compare-two-commits
const COMPARED_COMMITS_MAX = 250;
const COMPARED_FILES_MAX = 300;
// https://docs.github.com/rest/commits/commits#get-a-commit
const COMMIT_FILES_PER_PAGE = 300;
const COMMIT_FILES_MAX = 3_000;
const HISTORY_MAX = 1_000;

export const commitRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/commits", listHistory),
  inRepository("GET /repos/{owner}/{repo}/commits/{ref}", getCommit),
  inRepository("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", listPullsOf),
  inRepository("GET /repos/{owner}/{repo}/compare/{basehead}", compare),
];

async function listHistory(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git, url } = request;
  await demandCommits(git);
  const sha = await resolveRevision(git, url.searchParams.get("sha") ?? repository.defaultBranch);
  if (sha === null) throw notFound();
  const commits = await history(git, sha, HISTORY_MAX, url.searchParams.get("path") ?? undefined);
  return paged(request, commits, (page) => page.map((commit) => commitJson(world, repository, commit)));
}

async function getCommit(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git } = request;
  const revision = param(request, "ref");
  await demandCommits(git);
  const sha = await resolveRevision(git, revision);
  if (sha === null) throw new GitHubError(422, `No commit found for SHA: ${revision}`);
  const commit = await readCommit(git, sha);
  const [parent] = commit.parents;
  const all = await (parent === undefined ? diffRoot(git, sha) : diffCommits(git, parent, sha));
  const files = all.slice(0, COMMIT_FILES_MAX);
  const size = COMMIT_FILES_PER_PAGE;
  const { number } = pageOf(request);
  const shown = files.slice((number - 1) * size, number * size);
  const json: Schema<"commit"> = {
    ...commitJson(world, repository, commit),
    stats: sums(all),
    files: shown.map((change) => fileJson(world, repository, change, sha)),
  };
  return { status: 200, json, headers: linkHeader(request.url, { number, size }, files.length) };
}

async function listPullsOf(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git } = request;
  const revision = param(request, "commit_sha");
  const sha = await resolveRevision(git, revision);
  if (sha === null) throw new GitHubError(422, `No commit found for SHA: ${revision}`);
  const pulls = await pullRequestsThatBrought(world, repository, sha);
  const json = await Promise.all(pulls.map((pull) => pullRequestSimpleJson(world, repository, pull)));
  return paged(request, json);
}

async function compare(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git, url } = request;
  const [baseName = "", headName = ""] = param(request, "basehead").split("...");
  const [base, head] = await Promise.all([resolveEnd(request, baseName), resolveEnd(request, headName)]);
  if (base === null || head === null) throw notFound();
  const { mergeBase, aheadBy, behindBy } = await divergence(git, base, head);
  if (mergeBase === null)
    throw new GitHubError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const isPaged = url.searchParams.has("page") || url.searchParams.has("per_page");
  const page = isPaged ? pageOf(request) : { number: 1, size: COMPARED_COMMITS_MAX };
  const [commits, [baseCommit, mergeBaseCommit], changes] = await Promise.all([
    listCommits(git, base, head),
    readCommits(git, [base, mergeBase]),
    // Files belong to the whole comparison and are only on its first page.
    page.number === 1 ? diffCommits(git, mergeBase, head) : ([] as FileChange[]),
  ]);
  if (!baseCommit || !mergeBaseCommit) throw notFound();
  // Without a page, the last commit of the list is the newest of the whole comparison.
  const shown = isPaged
    ? commits.slice((page.number - 1) * page.size, page.number * page.size)
    : commits.slice(-COMPARED_COMMITS_MAX);
  const html = `${repositoryPage(world, repository)}/compare`;
  const json: Schema<"commit-comparison"> = {
    url: `${repositoryApi(world, repository)}/compare/${encodeURIComponent(param(request, "basehead"))}`,
    html_url: `${html}/${base}...${head}`,
    permalink_url: `${html}/${base.slice(0, 12)}...${head.slice(0, 12)}`,
    diff_url: `${html}/${base}...${head}.diff`,
    patch_url: `${html}/${base}...${head}.patch`,
    base_commit: commitJson(world, repository, baseCommit),
    merge_base_commit: commitJson(world, repository, mergeBaseCommit),
    status: statusOf(aheadBy, behindBy),
    ahead_by: aheadBy,
    behind_by: behindBy,
    total_commits: aheadBy,
    commits: shown.map((commit) => commitJson(world, repository, commit)),
    files: changes.slice(0, COMPARED_FILES_MAX).map((change) => fileJson(world, repository, change, head)),
  };
  return { status: 200, json, headers: isPaged ? linkHeader(url, page, commits.length) : {} };
}

/** `branch`, `owner:branch` or a commit; forks of other owners are not supported and so are not found. */
function resolveEnd({ repository, git }: RepositoryRequest, name: string): Promise<string | null> {
  const [owner = "", ...rest] = name.split(":");
  if (rest.length === 0) return resolveRevision(git, name);
  const isHere = owner.toLowerCase() === repository.owner.login.toLowerCase();
  return isHere ? resolveRevision(git, rest.join(":")) : Promise.resolve(null);
}

function statusOf(aheadBy: number, behindBy: number): Schema<"commit-comparison">["status"] {
  if (aheadBy > 0) return behindBy > 0 ? "diverged" : "ahead";
  return behindBy > 0 ? "behind" : "identical";
}

function sums(changes: readonly FileChange[]): { additions: number; deletions: number; total: number } {
  const additions = changes.reduce((sum, change) => sum + change.additions, 0);
  const deletions = changes.reduce((sum, change) => sum + change.deletions, 0);
  return { additions, deletions, total: additions + deletions };
}
