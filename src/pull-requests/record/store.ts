import { type Model, Schema, Types } from "mongoose";
import { StatusCounts } from "../../mongo/count-by-status.ts";
import { type Database, IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { BY_SHARE, BY_TIME, SHARED_WORK_SCHEMA } from "../../mongo/queue/shared-work.ts";
import { FIELDS } from "./fields.ts";
import type { CauseKey } from "../../work/rules/causes.ts";
import { caused, filterOf, nudged, type Whereabouts } from "./nudge.ts";
import { declareIndexes } from "./indexes.ts";
import {
  type BaseMoved,
  displacedKey,
  LIVE_STATUSES,
  PULL_REQUEST_STATUSES,
  type PullRequestRecord,
  type PullRequestStatus,
  type WrittenPullRequest,
} from "./record.ts";
import type { QueueEntry } from "./rules/queue-place.ts";
import type { Lifecycle, SeenChecks, SeenMergeability, SeenReviews } from "./rules/seen.ts";
import { QUARANTINED } from "./rules/quarantine.ts";
import { searchable, searchFilter } from "./search.ts";

export type StoredPullRequest = PullRequestRecord & { _id: Types.ObjectId };

/** Open ones and waiting ones that are read, each: more than a repository's settings can allow. */
const QUEUE_ENTRIES_MAX = 1_000;
const SEEN_OF_LIVE = {
  "pullRequest.url": 1,
  "seen.lifecycle": 1,
  "seen.checks.verdict": 1,
  "seen.review.verdict": 1,
  "seen.mergeability.value": 1,
} as const;
/** Of one project, for people. */
const OF_PROJECT_MAX = 500;
const WAKING_SPREAD_MS = 10 * 60_000;
const schema = new Schema<PullRequestRecord>(
  { ...FIELDS, work: SHARED_WORK_SCHEMA },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ key: 1 }, { unique: true });
schema.index(BY_TIME);
schema.index(BY_SHARE);
declareIndexes(schema);

/** MongoDB then reads an index with the status once for each, and merges them in the order of the ids. */
const ANY_STATUS = { $in: [...PULL_REQUEST_STATUSES] };

export const PULL_REQUESTS_COLLECTION = "pull_requests";

export interface PullRequestFilter {
  readonly status?: PullRequestStatus | undefined;
  readonly repository?: string | undefined;
  readonly project?: string | undefined;
  /** What a person types to find it; see `searchFilter`. */
  readonly q?: string | undefined;
}

export class PullRequestStore {
  readonly model: Model<PullRequestRecord>;
  readonly #counts: StatusCounts<PullRequestStatus>;

  constructor(database: Database) {
    this.model = database.connection.model<PullRequestRecord>(
      "PullRequest",
      schema,
      PULL_REQUESTS_COLLECTION,
    );
    this.#counts = new StatusCounts(this.model, PULL_REQUEST_STATUSES);
  }

  async findByKey(key: string, transaction?: Transaction): Promise<StoredPullRequest | null> {
    const options = transaction ? { session: transaction } : {};
    return this.model.findOne({ key }, null, options).lean<StoredPullRequest>();
  }

  /** @returns its id */
  async insert(record: Omit<PullRequestRecord, "search">, transaction: Transaction): Promise<Types.ObjectId> {
    const _id = new Types.ObjectId();
    const search = searchable(record);
    await this.model.create([{ ...record, search, _id }], { session: transaction });
    return _id;
  }

  async update(
    id: Types.ObjectId,
    change: Partial<PullRequestRecord> & { readonly "work.share"?: string },
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: change }, { session: transaction });
  }

  /** Frees the name of a record for another repository that has the name now. The record keeps it until it gets its own. */
  async displace(record: StoredPullRequest, transaction: Transaction): Promise<void> {
    await this.update(record._id, { key: displacedKey(record) }, transaction);
  }

  async find(id: string | Types.ObjectId, transaction?: Transaction): Promise<StoredPullRequest | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const options = transaction ? { session: transaction } : {};
    return this.model.findOne({ _id: new Types.ObjectId(id) }, null, options).lean<StoredPullRequest>();
  }

  /**
   * Makes looks at pull requests due: each gets one as soon as no process holds its record, but not before `notBefore`.
   *
   * @param baseMoved the push to the base, if the event is one: it may cause the next conflict
   * @returns how many records got a nudge
   */
  async nudge(
    where: Whereabouts,
    { now, transaction, baseMoved }: { now: Date; transaction: Transaction; baseMoved?: BaseMoved },
  ): Promise<number> {
    const moved = baseMoved && { baseMoved: { $literal: baseMoved } };
    const { matchedCount } = await this.model.updateMany(
      filterOf(where),
      [{ $set: { ...nudged(now), ...caused(transaction, now), ...moved } }],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Makes open records due that have no time for a look. Quarantined ones rest for a reason. The looks are spread over
   * `WAKING_SPREAD_MS`, so that a thousand records do not ask GitHub at once.
   *
   * @returns how many there were
   */
  async wakeForgotten({ now }: { now: Date }): Promise<number> {
    const dueAt = { $add: [now, { $multiply: [{ $rand: {} }, WAKING_SPREAD_MS] }] };
    const { modifiedCount } = await this.model.updateMany(
      {
        status: "open",
        pullRequest: { $ne: null },
        "work.owner": null,
        "work.dueAt": null,
        "problem.code": { $ne: QUARANTINED },
      },
      [{ $set: { "work.dueAt": dueAt } }],
      { updatePipeline: true },
    );
    return modifiedCount;
  }

  countByStatus(): Promise<ReadonlyMap<PullRequestStatus, number>> {
    return this.#counts.read();
  }

  /** Our pull requests in a repository that are open or wait to be opened, except `except`. */
  async queueIn(repository: string, { except }: { except: string | null }): Promise<QueueEntry[]> {
    const entries = (status: PullRequestStatus, _id: 1 | -1) =>
      this.model
        .find({ repository, status })
        .select({
          pullRequest: 1,
          steps: 1,
          createdAt: 1,
          "completion.requestedBy": 1,
          "problem.code": 1,
          "work.owner": 1,
        })
        .sort({ _id })
        .limit(QUEUE_ENTRIES_MAX)
        .collation(IGNORING_CASE)
        .lean<Queued[]>();
    // Many that count as open were closed long ago, so the newest matter. Among waiting ones the oldest matter.
    const records = (await Promise.all([entries("open", -1), entries("queued", 1)])).flat();
    return records.map(toQueueEntry).filter(({ id }) => id !== except);
  }

  /** The newest first, at most `OF_PROJECT_MAX`. */
  async ofProject(project: string): Promise<StoredPullRequest[]> {
    return this.model
      .find({ project, status: ANY_STATUS })
      .sort({ _id: -1 })
      .limit(OF_PROJECT_MAX)
      .lean<StoredPullRequest[]>();
  }

  /** What the clean-up of workspaces needs to know of all pull requests of projects that have not ended, in no order. */
  async liveOf(projects: readonly string[], transaction?: Transaction): Promise<LivePullRequest[]> {
    return this.model
      .find({ project: { $in: [...projects] }, status: { $in: [...LIVE_STATUSES] } }, null, {
        ...(transaction && { session: transaction }),
      })
      .select({ project: 1, repository: 1, branch: 1, status: 1, ...SEEN_OF_LIVE })
      .lean<LivePullRequest[]>();
  }

  /** The records that a delivery or a signal made due, the oldest first: as long as not too many others did so since. */
  async causedBy(cause: CauseKey, limit: number): Promise<StoredPullRequest[]> {
    return this.model.find({ "causes.key": cause }).sort({ _id: 1 }).limit(limit).lean<StoredPullRequest[]>();
  }

  /** Those of these ids that there are, in no order. */
  async findAll(ids: readonly string[]): Promise<StoredPullRequest[]> {
    const known = ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
    return this.model.find({ _id: { $in: known } }).lean<StoredPullRequest[]>();
  }

  /** The newest first; `before` is the id after which the page begins. */
  async list(filter: PullRequestFilter, { before, limit }: { before: string | null; limit: number }) {
    const { status, repository, project, q } = filter;
    return this.model
      .find({
        // With the status each index gives its records in order of their ids.
        ...((status ?? repository ?? project) !== undefined && { status: status ?? ANY_STATUS }),
        ...(repository !== undefined && { repository }),
        ...(project !== undefined && { project }),
        ...(q !== undefined && searchFilter(q)),
        ...(before !== null && { _id: { $lt: new Types.ObjectId(before) } }),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<StoredPullRequest[]>();
  }
}

/** A record with the parts of it that `liveOf` reads. */
export type LivePullRequest = Pick<PullRequestRecord, "project" | "repository" | "branch" | "status"> & {
  readonly pullRequest: Pick<WrittenPullRequest, "url"> | null;
  readonly seen: {
    readonly lifecycle: Lifecycle;
    readonly checks: Pick<SeenChecks, "verdict">;
    readonly review: Pick<SeenReviews, "verdict">;
    readonly mergeability: Pick<SeenMergeability, "value">;
  } | null;
};

type Queued = Pick<
  StoredPullRequest,
  "_id" | "pullRequest" | "steps" | "createdAt" | "completion" | "problem" | "work"
>;

/** A record as an entry of its repository's queue. */
export function toQueueEntry({
  _id,
  pullRequest,
  steps,
  completion,
  createdAt,
  problem,
  work,
}: Queued): QueueEntry {
  return {
    id: String(_id),
    number: pullRequest?.number ?? null,
    begun: steps.some(({ step }) => step === "write"),
    // While a process decides about it, the hold may have ended.
    held: problem?.code === "on_hold" && work.owner === null,
    requestedBy: completion.requestedBy ?? null,
    createdAt,
  };
}
