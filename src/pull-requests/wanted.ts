import type { PullRequestRecord, WrittenPullRequest } from "./record.ts";
import type { QueueEntry } from "./rules/queue-place.ts";
import { type StoredPullRequest, toQueueEntry } from "./store.ts";

/** A pull request as it is wanted: of a record, or of a completion that is only looked at. */
export interface Wanted extends Pick<PullRequestRecord, "project" | "repository" | "branch" | "completion"> {
  /** What is known of it on GitHub by now. */
  readonly pullRequest: WrittenPullRequest | null;
  /** Writing it was begun, so it may be there though nothing is known of it. */
  readonly begun: boolean;
  readonly titleBegun: string | null;
  /** It is only shown what would be done: nothing is to be remembered of it. */
  readonly lookOnly: boolean;
  /** Where it stands among the repository's others; its own record is not one of them. */
  readonly entry: QueueEntry;
}

export function wantedOf(record: StoredPullRequest, { lookOnly = false } = {}): Wanted {
  const { project, repository, branch, completion, pullRequest, steps, titleBegun } = record;
  const begun = steps.some(({ step }) => step === "write");
  const entry = toQueueEntry(record);
  return { project, repository, branch, completion, pullRequest, begun, titleBegun, lookOnly, entry };
}
