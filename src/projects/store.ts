import { type Model, Schema } from "mongoose";
import { StatusCounts } from "../mongo/count-by-status.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import type { Phase } from "../signals/signal.ts";
import {
  type Cleanup,
  type OutlineFacts,
  PROJECT_STATUSES,
  type ProjectFacts,
  type ProjectStatus,
} from "./project.ts";
import { NO_FACTS } from "./rules/fold-signal.ts";

export interface StoredProject {
  _id: string;
  facts: ProjectFacts;
  status: ProjectStatus;
  phase: Phase | null;
  because: string;
  /** When its workspace is due for removal; `null` if that is not decided yet. */
  cleanup: Cleanup | null;
  /** The last of its workspaces that is gone; missing as long as none is. */
  workspaceGone?: WorkspaceGone | null;
  createdAt: Date;
  updatedAt: Date;
  /** Counts the transactions that opened the project for a change. Writing it makes them wait for each other. */
  revision: number;
}

/** A workspace that is not there any more. */
export interface WorkspaceGone {
  readonly host: string;
  readonly path: string;
  readonly at: Date;
  /** `removed` by the bot, or found `missing`. */
  readonly outcome: "removed" | "missing";
  /** The archive of the work that was nowhere else; `null` if there was none. */
  readonly archive: string | null;
}

const schema = new Schema<StoredProject>(
  {
    _id: { type: String, required: true },
    facts: { type: Schema.Types.Mixed, required: true },
    status: { type: String, required: true },
    phase: { type: String, default: null },
    because: { type: String, required: true },
    cleanup: { type: Schema.Types.Mixed, default: null },
    workspaceGone: { type: Schema.Types.Mixed },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    revision: { type: Number, default: 0 },
  },
  { minimize: false, id: false, versionKey: false },
);
// With the phase, so that counting reads no project.
schema.index({ status: 1, _id: -1, phase: 1 });
schema.index({ updatedAt: 1, _id: 1 });

/** A project without what its agents did and wrote, which is most of it. */
export type ProjectOutline = Pick<StoredProject, "_id" | "status" | "because" | "cleanup"> & {
  readonly facts: OutlineFacts;
};

const OUTLINE = {
  status: 1,
  because: 1,
  cleanup: 1,
  "facts.created": 1,
  "facts.failed": 1,
  "facts.cancelled": 1,
  "facts.completed": 1,
  "facts.history.at": 1,
  "facts.history.value.phase": 1,
  "facts.history.value.step": 1,
  "facts.pullRequests": 1,
  "facts.repositoryRetention": 1,
} as const;

export class ProjectStore {
  readonly model: Model<StoredProject>;
  readonly #counts: StatusCounts<ProjectStatus>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredProject>("Project", schema, "projects");
    this.#counts = new StatusCounts(this.model, PROJECT_STATUSES, { within: "phase" });
  }

  /** Reads or creates a project, to change it in a transaction. Two such transactions run one after the other. */
  async openForChange(
    id: string,
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<StoredProject> {
    return this.model
      .findOneAndUpdate(
        { _id: id },
        {
          $inc: { revision: 1 },
          $setOnInsert: {
            facts: NO_FACTS,
            status: "created",
            phase: null,
            because: "",
            cleanup: null,
            createdAt: now,
            updatedAt: now,
          },
        },
        { upsert: true, returnDocument: "after", session: transaction },
      )
      .lean();
  }

  async save(
    id: string,
    change: Pick<StoredProject, "facts" | "status" | "phase" | "because" | "cleanup" | "updatedAt">,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: change }, { session: transaction });
  }

  /** Remembers that a workspace of a project is gone. A project that was forgotten meanwhile stays so. */
  async noteWorkspaceGone(id: string, gone: WorkspaceGone, transaction: Transaction): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { workspaceGone: gone } }, { session: transaction });
  }

  /** Removes those of these projects that match a filter. @returns their ids */
  async remove(ids: readonly string[], filter: object, transaction: Transaction): Promise<string[]> {
    const options = { session: transaction };
    const found = await this.model.find({ ...filter, _id: { $in: [...ids] } }, { _id: 1 }, options).lean();
    const removed = found.map(({ _id }) => _id);
    await this.model.deleteMany({ _id: { $in: removed } }, options);
    return removed;
  }

  async find(id: string): Promise<StoredProject | null> {
    return this.model.findOne({ _id: { $eq: id } }).lean();
  }

  /** Those of these ids that there are, in no order, with what decides about their end. */
  async findAll(ids: readonly string[], transaction?: Transaction): Promise<ProjectOutline[]> {
    return this.model
      .find({ _id: { $in: [...ids] } }, OUTLINE, transaction ? { session: transaction } : {})
      .lean<ProjectOutline[]>();
  }

  /** Of each status that occurs, the number of projects that got to each phase, and no further; `null` is no phase. */
  countByStatusAndPhase(): Promise<ReadonlyMap<ProjectStatus, ReadonlyMap<string | null, number>>> {
    return this.#counts.readParts();
  }

  /** Lists projects by id, starting behind `after`. */
  async list({
    after,
    limit,
    status,
  }: {
    after: string | null;
    limit: number;
    status: ProjectStatus | null;
  }): Promise<StoredProject[]> {
    return this.model
      .find({ ...(after !== null && { _id: { $gt: after } }), ...(status && { status }) })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
  }
}
