import { type Model, Schema, Types } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import { WORK_SCHEMA } from "../mongo/leased-work.ts";
import type { PullRequestRecord, PullRequestStatus } from "./record.ts";

export type StoredPullRequest = PullRequestRecord & { _id: Types.ObjectId };

const Mixed = Schema.Types.Mixed;
const schema = new Schema<PullRequestRecord>(
  {
    key: { type: String, required: true },
    project: { type: String, required: true },
    repository: { type: String, required: true },
    branch: { type: String, required: true },
    status: { type: String, required: true },
    completion: { type: Mixed, required: true },
    completedAt: { type: Date, required: true },
    completionKey: { type: String, required: true },
    receivedAt: { type: Date, required: true },
    round: { type: Number, required: true },
    pullRequest: { type: Mixed, default: null },
    openedAt: { type: Date, default: null },
    steps: { type: [Mixed as never], default: [] },
    because: { type: String, default: null },
    problem: { type: Mixed, default: null },
    shortcomings: { type: [Mixed as never], default: [] },
    history: { type: [Mixed as never], default: [] },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    work: WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ key: 1 }, { unique: true });
schema.index({ project: 1 });
schema.index({ "work.dueAt": 1 });
schema.index({ status: 1, _id: -1 });
schema.index({ repository: 1, _id: -1 });

export const PULL_REQUESTS_COLLECTION = "pull_requests";

export interface PullRequestFilter {
  readonly status?: PullRequestStatus | undefined;
  readonly repository?: string | undefined;
  readonly project?: string | undefined;
  /** Part of a title or branch, in any case. */
  readonly q?: string | undefined;
}

export class PullRequestStore {
  readonly model: Model<PullRequestRecord>;

  constructor(database: Database) {
    this.model = database.connection.model<PullRequestRecord>(
      "PullRequest",
      schema,
      PULL_REQUESTS_COLLECTION,
    );
  }

  async findByKey(key: string, transaction: Transaction): Promise<StoredPullRequest | null> {
    return this.model.findOne({ key }, null, { session: transaction }).lean();
  }

  async insert(record: PullRequestRecord, transaction: Transaction): Promise<void> {
    await this.model.create([record], { session: transaction });
  }

  async update(
    id: Types.ObjectId,
    change: Partial<PullRequestRecord>,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: change }, { session: transaction });
  }

  async find(id: string): Promise<StoredPullRequest | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.model.findOne({ _id: new Types.ObjectId(id) }).lean();
  }

  async ofProject(project: string): Promise<StoredPullRequest[]> {
    return this.model.find({ project }).sort({ _id: -1 }).lean();
  }

  /** The newest first; `before` is the id after which the page begins. */
  async list(filter: PullRequestFilter, { before, limit }: { before: string | null; limit: number }) {
    const { status, repository, project, q } = filter;
    const contains = q === undefined ? null : new RegExp(q.replace(/[^\p{L}\p{N} ]/gu, "\\$&"), "iu");
    return this.model
      .find({
        ...(status && { status }),
        ...(repository !== undefined && { repository }),
        ...(project !== undefined && { project }),
        ...(contains && { $or: [{ branch: contains }, { "pullRequest.title": contains }] }),
        ...(before !== null && { _id: { $lt: new Types.ObjectId(before) } }),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .lean();
  }
}
