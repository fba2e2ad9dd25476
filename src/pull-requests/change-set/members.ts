import type { Transaction } from "../../mongo/database.ts";
import type { Pace } from "../../work/pace.ts";
import { siblingsMoved } from "../record/nudge.ts";
import type { ChangeSetMember } from "./rules/siblings.ts";
import type { PullRequestStatus, WrittenPullRequest } from "../record/record.ts";
import { knownVerdict, type Seen, type SeenChecks, type SeenReviews } from "../record/rules/seen.ts";
import type { PullRequestStore, StoredPullRequest } from "../record/store.ts";

/** Pull requests of one project that are read, the newest first: far more than any change needs. */
export const CHANGE_SET_MAX = 1_000;
/** No process takes a record within this time that is due later: it will read the members after the change is stored. */
const SURELY_LATER_MS = 5_000;

const FIELDS_READ = {
  repository: 1,
  status: 1,
  isPrivate: 1,
  "seen.lifecycle": 1,
  "seen.checks.verdict": 1,
  "seen.checks.unread": 1,
  "seen.review.verdict": 1,
  "pullRequest.number": 1,
  "pullRequest.draft": 1,
  openedAt: 1,
  problem: 1,
  shownSince: 1,
} as const;
/** What they read. */
type Read = Pick<
  StoredPullRequest,
  "_id" | "repository" | "isPrivate" | "openedAt" | "problem" | "shownSince"
> &
  Shown & {
    readonly seen: {
      readonly checks: Pick<SeenChecks, "verdict" | "unread">;
      readonly review: Pick<SeenReviews, "verdict">;
    } | null;
  };

/** What decides about its status in the descriptions of the others. */
interface Shown {
  readonly status: PullRequestStatus;
  readonly seen: Pick<Seen, "lifecycle"> | null;
  readonly pullRequest: Pick<WrittenPullRequest, "number" | "draft"> | null;
}

/** The pull requests of a project, as the descriptions of the others mention them; the newest `CHANGE_SET_MAX`. */
export async function changeSetOf(project: string, { model }: PullRequestStore): Promise<ChangeSetMember[]> {
  const found = await model
    .find({ project })
    .select(FIELDS_READ)
    .sort({ _id: -1 })
    .limit(CHANGE_SET_MAX)
    .lean<Read[]>();
  return found.map(
    ({ _id, repository, status, isPrivate, seen, pullRequest, openedAt, problem, shownSince }) => ({
      id: String(_id),
      repository,
      number: pullRequest?.number ?? null,
      status: statusOf({ status, seen, pullRequest }),
      checks: seen && knownVerdict(seen.checks),
      review: seen?.review.verdict ?? null,
      private: isPrivate,
      opening: status === "queued" && openedAt === null && problem === null,
      shownSince: shownSince ?? null,
    }),
  );
}

/** What the descriptions of the others show of it. Before the first look, what GitHub answered to its creation counts. */
export function statusOf({ status, seen, pullRequest }: Shown): ChangeSetMember["status"] {
  if (status !== "open") return status;
  return seen?.lifecycle ?? (pullRequest?.draft ? "draft" : "open");
}

/**
 * Makes the open pull requests of projects due once their change sets have settled, because their descriptions of the others
 * are outdated. One that knows this already and is not due soon stays as it is.
 *
 * @param except the record that changed, if it is a single one
 */
export async function nudgeChangeSets(
  projects: readonly string[],
  {
    except,
    store,
    now,
    pace,
    transaction,
  }: {
    except?: StoredPullRequest["_id"];
    store: PullRequestStore;
    now: Date;
    pace: Pace;
    transaction: Transaction;
  },
): Promise<void> {
  await store.model.updateMany(
    {
      project: { $in: [...projects] },
      ...(except && { _id: { $ne: except } }),
      status: "open",
      pullRequest: { $ne: null },
      $or: [
        { siblingsMovedAt: null },
        { "work.owner": { $ne: null } },
        { "work.dueAt": null },
        { "work.dueAt": { $lte: new Date(now.getTime() + SURELY_LATER_MS) } },
      ],
    },
    [{ $set: siblingsMoved({ now, quietMs: pace.changeSetQuietMs }) }],
    { session: transaction, updatePipeline: true },
  );
}
