import type { Snapshot } from "../../github/facts/snapshot.ts";
import type { PullRequestRecord, WrittenPullRequest } from "../record/record.ts";
import type { QueueEntry } from "../record/rules/queue-place.ts";
import { type StoredPullRequest, toQueueEntry } from "../record/store.ts";

/** A pull request as it is wanted: of a record, or of a completion that is only looked at. */
export interface PublishRequest extends Pick<
  PullRequestRecord,
  "project" | "repository" | "branch" | "completion"
> {
  /** What is known of it on GitHub by now. */
  readonly pullRequest: WrittenPullRequest | null;
  /** How it stood just now; `null` where it was not looked at. */
  readonly known: Snapshot | null;
  /** Writing it was begun, so it may be there though nothing is known of it. */
  readonly begun: boolean;
  readonly titleBegun: string | null;
  /** It is only shown what would be done: nothing is to be remembered of it. */
  readonly lookOnly: boolean;
  /** Where it stands among the repository's others; its own record is not one of them. */
  readonly entry: QueueEntry;
}

/** @param refreshes whether it is only brought up to date: its head may have moved on from what was completed */
export function publishRequestOf(
  record: StoredPullRequest,
  {
    lookOnly = false,
    known = null,
    refreshes = false,
  }: { lookOnly?: boolean; known?: Snapshot | null; refreshes?: boolean } = {},
): PublishRequest {
  const { project, repository, branch, pullRequest, steps, titleBegun } = record;
  const { headSha, ...whateverHead } = record.completion;
  const completion = refreshes || headSha === undefined ? whateverHead : record.completion;
  const begun = steps.some(({ step }) => step === "write");
  const entry = toQueueEntry(record);
  return { project, repository, branch, completion, pullRequest, known, begun, titleBegun, lookOnly, entry };
}
