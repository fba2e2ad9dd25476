import type { Checks } from "./checks.ts";
import type { RemotePullRequest } from "./pull-request.ts";
import type { RepositoryAccess } from "./repository-access.ts";

/** Where a pull request stands, all of it at one moment. */
export interface Snapshot {
  readonly pullRequest: RemotePullRequest;
  readonly updatedAt: Date;
  readonly mergedAt: Date | null;
  /** Of one that was merged as well. */
  readonly closedAt: Date | null;
  /** Login; `null` also where the account is gone. */
  readonly mergedBy: string | null;
  readonly headRef: string;
  /** `false` where the branch was deleted: `pullRequest.headSha` is then its last commit. */
  readonly headExists: boolean;
  /** What the base branch ends with now. */
  readonly baseSha: string;
  /** `unknown` while GitHub computes it, which asking sets off, and once the pull request is closed. */
  readonly mergeable: "mergeable" | "conflicting" | "unknown";
  /** Of the head commit, without what the App itself reports. */
  readonly checks: Checks;
  /** `null` where the base asks for no reviews. */
  readonly reviewDecision: "approved" | "changes_requested" | "review_required" | null;
  /** The latest opinion of each author, by author in no promised order; comments alone are none. */
  readonly reviews: readonly ReviewFact[];
}

/** What somebody thinks of the pull request. */
export interface ReviewFact {
  readonly id: number;
  /** Login; `null` where the account is gone. */
  readonly author: string | null;
  readonly state: "approved" | "changes_requested" | "dismissed";
  readonly submittedAt: Date;
  /** The head that was looked at; `null` where a force-push took it away. */
  readonly commitSha: string | null;
  readonly url: string;
  /** At most `REVIEW_BODY_CHARACTERS_MAX`. */
  readonly body: string;
}

export async function readSnapshot(access: RepositoryAccess, number: number): Promise<Snapshot> {
  throw new Error(`not asked yet: ${access.key(String(number))}`);
}
