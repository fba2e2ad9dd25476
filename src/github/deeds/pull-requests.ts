import type { SafeMarkdown, SafeText } from "../../text/safe.ts";
import { type RemotePullRequest, toRemotePullRequest } from "../facts/pull-request.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const PAGE_ITEMS = 100;
/** Enough to compare the number of open pull requests with a limit. */
const OPEN_PAGES_MAX = 10;

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

/** The latest hundred pull requests from a branch, whatever their base, closed ones too, the newest first. */
export async function listPullRequestsFrom(
  access: RepositoryAccess,
  head: string,
): Promise<RemotePullRequest[]> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
      ...access.route,
      head: `${access.owner}:${head}`,
      state: "all",
      per_page: PAGE_ITEMS,
    });
    return data.map(toRemotePullRequest);
  });
}

/** Numbers of the open pull requests, the newest first, at most a thousand. */
export async function listOpenNumbers(access: RepositoryAccess): Promise<number[]> {
  return access.cached("open pull requests", 0, async (octokit, headers) => {
    const numbers: number[] = [];
    let etag: string | undefined;
    for (let page = 1; page <= OPEN_PAGES_MAX; page++) {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...access.route,
        state: "open",
        per_page: PAGE_ITEMS,
        page,
        ...(page === 1 && { headers }),
      });
      numbers.push(...data.map(({ number }) => number));
      // With several pages, an unchanged first page does not mean that the later ones are unchanged.
      etag = page === 1 ? got.etag : undefined;
      if (data.length < PAGE_ITEMS) break;
    }
    return { value: numbers, etag };
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
