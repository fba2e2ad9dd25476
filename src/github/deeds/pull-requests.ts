import type { SafeMarkdown, SafeText } from "../../text/safe.ts";
import { type RemotePullRequest, toRemotePullRequest } from "../facts/pull-request.ts";
import { PAGE_ITEMS, readPages } from "../wire/pages.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const OPEN_PAGES_MAX = 10;
/** A list of as many open pull requests may lack older ones. */
export const OPEN_NUMBERS_MAX = OPEN_PAGES_MAX * PAGE_ITEMS;

/** https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
export async function getPullRequest(access: RepositoryAccess, number: number): Promise<RemotePullRequest> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...access.route,
      pull_number: number,
    });
    return toRemotePullRequest(data);
  });
}

/** All pull requests from a branch, whatever their base, closed ones too, the newest first. */
export async function listPullRequestsFrom(
  access: RepositoryAccess,
  head: string,
): Promise<readonly RemotePullRequest[]> {
  return access.ask(async (octokit) => {
    const { items } = await readPages(async (page) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...access.route,
        head: `${access.owner}:${head}`,
        state: "all",
        per_page: PAGE_ITEMS,
        page,
      });
      return data.map(toRemotePullRequest);
    });
    return items;
  });
}

/** Numbers of the open pull requests, the newest first, at most `OPEN_NUMBERS_MAX`. */
export async function listOpenNumbers(access: RepositoryAccess): Promise<readonly number[]> {
  return access.cached("open pull requests", 0, async (octokit, headers) => {
    let etag: string | undefined;
    const { items: value } = await readPages(async (page) => {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...access.route,
        state: "open",
        per_page: PAGE_ITEMS,
        page,
        ...(page === 1 && { headers }),
      });
      // With several pages, an unchanged first page does not mean that the later ones are unchanged.
      etag = page === 1 ? got.etag : undefined;
      return data.map(({ number }) => number);
    }, OPEN_PAGES_MAX);
    return { value, etag };
  });
}

export interface NewPullRequest {
  readonly head: string;
  readonly base: string;
  readonly title: SafeText;
  readonly body: SafeMarkdown;
  readonly draft: boolean;
}

export async function createPullRequest(
  access: RepositoryAccess,
  wanted: NewPullRequest,
): Promise<RemotePullRequest> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
      ...access.route,
      ...wanted,
    });
    return toRemotePullRequest(data);
  });
}

export async function updatePullRequest(
  access: RepositoryAccess,
  number: number,
  wanted: { title?: SafeText; body?: SafeMarkdown },
): Promise<RemotePullRequest> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...access.route,
      pull_number: number,
      ...wanted,
    });
    return toRemotePullRequest(data);
  });
}
