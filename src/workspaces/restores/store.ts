import { type Model, Schema, type Types } from "mongoose";
import type { Refusal } from "../../errors.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import { WORK_SCHEMA, type Work } from "../../mongo/queue/work.ts";
import type { WorkspaceName } from "../record/workspace.ts";
import type { Tombstone } from "../record/tombstone.ts";

/** How long a restore that has ended can be read. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** What an archive does not bring back as it was, of each list the first entries, as people may see them. */
export interface NotAsBefore {
  /** FIFOs, sockets and devices. */
  readonly special: readonly string[];
  /** What a command makes again. */
  readonly leftOut: readonly string[];
  /** What git would obey: it is there under another name. */
  readonly inert: readonly string[];
}

/** A wish to bring an archived workspace back to its path. */
export interface StoredRestore {
  _id: Types.ObjectId;
  workspace: WorkspaceName;
  /** The same as `workspace.host`; the worker of that host takes it. */
  host: string;
  /** Equals the workspace's id until it is done, so that there is one at a time. */
  turn: string | null;
  /** The name of the archive on the host. */
  archive: string;
  /** Of the removal, whose fence may still stand at the path. */
  removal: Tombstone;
  /** `failed`: it is tried again, ever later. */
  status: "waiting" | "failed" | "done";
  by: string;
  problem: Refusal | null;
  /** How often in a row it failed with the same code. */
  times: number;
  /** A process is about to move it to its path: if it dies then, what is there is the workspace. */
  placing: boolean;
  notAsBefore: NotAsBefore | null;
  createdAt: Date;
  endedAt: Date | null;
  work: Work;
}

const mixed = { type: Schema.Types.Mixed, default: null };
const schema = new Schema<StoredRestore>(
  {
    workspace: { type: Schema.Types.Mixed, required: true },
    host: { type: String, required: true },
    turn: { type: String, default: null },
    archive: { type: String, required: true },
    removal: { type: Schema.Types.Mixed, required: true },
    status: { type: String, required: true },
    by: { type: String, required: true },
    problem: mixed,
    times: { type: Number, default: 0 },
    placing: { type: Boolean, default: false },
    notAsBefore: mixed,
    createdAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
    work: WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $type: "string" } } });
schema.index({ host: 1, "work.owner": 1, "work.dueAt": 1 });
schema.index({ "workspace.id": 1, _id: -1 });
schema.index({ endedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const RESTORES_COLLECTION = "workspace_restores";

/** The restores of all hosts. */
export class RestoreStore {
  readonly model: Model<StoredRestore>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredRestore>("WorkspaceRestore", schema, RESTORES_COLLECTION);
  }

  /** Asks for a restore; one that waits, or that failed, is tried now. */
  async ask(
    wish: Pick<StoredRestore, "workspace" | "archive" | "removal" | "by">,
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<StoredRestore> {
    const { workspace, by, ...what } = wish;
    const fresh = { workspace, host: workspace.host, ...what, status: "waiting", createdAt: now } as const;
    const work = { "work.owner": null, "work.epoch": 0, "work.attempts": 0, "work.crashed": [] };
    return this.model
      .findOneAndUpdate(
        { turn: workspace.id },
        { $set: { by, "work.dueAt": now }, $setOnInsert: { ...fresh, ...work } },
        { upsert: true, returnDocument: "after", session: transaction },
      )
      .lean<StoredRestore>();
  }

  /** Those of these workspaces that are not done, by workspace. */
  async unfinishedOf(workspaces: readonly string[]): Promise<ReadonlyMap<string, StoredRestore>> {
    // With its type, so that the index serves it, which only has texts.
    const turn = { $in: [...workspaces], $type: "string" as const };
    const found = await this.model.find({ turn }).lean<StoredRestore[]>();
    return new Map(found.map((restore) => [restore.workspace.id, restore]));
  }

  /** The newest restore of a workspace; `null` if there was never one. */
  async latestOf(workspace: string): Promise<StoredRestore | null> {
    return this.model.findOne({ "workspace.id": workspace }).sort({ _id: -1 }).lean<StoredRestore>();
  }
}
