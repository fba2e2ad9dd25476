import type { RemotePullRequest } from "./pull-request.ts";
import type { RepositoryAccess } from "./repository-access.ts";

/** Open pull requests that the App opened. */
export interface BotPullRequests {
  readonly pullRequests: readonly (RemotePullRequest & { readonly headRef: string })[];
  /** `null` behind the last page. */
  readonly nextPage: number | null;
}

export async function listOpenPullRequestsOfBot(
  access: RepositoryAccess,
  page: number,
): Promise<BotPullRequests> {
  throw new Error(`not asked yet: ${access.key(String(page))}`);
}
