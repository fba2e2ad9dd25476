import { type RemotePullRequest, toRemotePullRequest } from "./pull-request.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const PAGE_ITEMS = 100;

interface BotPullRequest extends RemotePullRequest {
  readonly headRef: string;
}

/** Open pull requests that the App opened. */
export interface BotPullRequests {
  readonly pullRequests: readonly BotPullRequest[];
  /** `null` after the last page. */
  readonly nextPage: number | null;
}

/**
 * Reads a page of a hundred open pull requests and keeps the App's own. The oldest come first, so that a new pull
 * request moves none to another page. The result may be empty although more pages follow.
 * https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
 *
 * @param page starts at 1
 */
export async function listOpenPullRequestsOfBot(
  access: RepositoryAccess,
  page: number,
): Promise<BotPullRequests> {
  const botLogin = await access.botLogin();
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
      ...access.route,
      state: "open",
      sort: "created",
      direction: "asc",
      per_page: PAGE_ITEMS,
      page,
    });
    return {
      pullRequests: data
        .filter(({ user }) => user?.login === botLogin)
        .map((answer) => Object.assign(toRemotePullRequest(answer), { headRef: answer.head.ref })),
      nextPage: data.length < PAGE_ITEMS ? null : page + 1,
    };
  });
}
