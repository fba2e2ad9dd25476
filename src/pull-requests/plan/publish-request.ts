import type { Snapshot } from "../../github/facts/snapshot.ts";
import type { PullRequestRecord, WrittenPullRequest } from "../record/record.ts";
import type { QueueEntry } from "../record/rules/queue-place.ts";
import { type StoredPullRequest, toQueueEntry } from "../record/store.ts";

/** A wanted pull request: of a record, or of a completion that is only previewed. */
export interface PublishRequest extends Pick<
  PullRequestRecord,
  "project" | "repository" | "branch" | "completion"
> {
  /** The known facts about it on GitHub. */
  readonly pullRequest: WrittenPullRequest | null;
  /** Its state from the look of this run; `null` if there was no look. */
  readonly known: Snapshot | null;
  /** Its creation was begun, so it may exist although nothing is known about it. */
  readonly begun: boolean;
  readonly titleBegun: string | null;
  /** A preview: nothing may be stored. */
  readonly lookOnly: boolean;
  /** The repository's other pull requests, without its own record. */
  readonly entry: QueueEntry;
}

/** @param refreshes whether it is only an update: its head may be newer than the completion */
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
