import type { Transaction } from "../../mongo/database.ts";
import { nudged } from "../record/nudge.ts";
import type { ChangeSetMember } from "./rules/siblings.ts";
import { knownVerdict } from "../record/rules/seen.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

/** Pull requests of one project: far more than any change needs. */
const CHANGE_SET_MAX = 50;

/** The pull requests of a project, as the descriptions of the others mention them; at most `CHANGE_SET_MAX`. */
export async function changeSetOf(project: string, { model }: PullRequestStore): Promise<ChangeSetMember[]> {
  const found = await model
    .find({ project })
    .sort({ _id: 1 })
    .limit(CHANGE_SET_MAX)
    .lean<StoredPullRequest[]>();
  return found.map(({ _id, repository, status, isPrivate, seen, pullRequest }) => ({
    id: String(_id),
    repository,
    number: pullRequest?.number ?? null,
    status: status === "open" && seen ? seen.lifecycle : status,
    checks: seen && knownVerdict(seen.checks),
    review: seen?.review.verdict ?? null,
    private: isPrivate,
  }));
}

/** Nudges the others of a change set, because their descriptions of this one are outdated. */
export async function nudgeOthers(
  { project, _id }: Pick<StoredPullRequest, "project" | "_id">,
  { store, now, transaction }: { store: PullRequestStore; now: Date; transaction: Transaction },
): Promise<void> {
  await store.model.updateMany(
    { project, _id: { $ne: _id }, status: "open", pullRequest: { $ne: null } },
    [{ $set: nudged(now) }],
    { session: transaction, updatePipeline: true },
  );
}
