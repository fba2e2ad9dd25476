import { type Model, Schema, Types, type UpdateQuery } from "mongoose";
import { StatusCounts } from "../../mongo/count-by-status.ts";
import { causesOf } from "../../mongo/causes.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import { WORK_SCHEMA } from "../../mongo/queue/work.ts";
import {
  CLEANUP_HISTORY_MAX,
  CLEANUP_STATUSES,
  type CleanupCause,
  type CleanupEntry,
  type CleanupOrigin,
  type CleanupStatus,
  type StoredCleanup,
  type Unpushed,
} from "./cleanup.ts";
import type { Tombstone as RemovalTombstone } from "../record/tombstone.ts";
import type { WorkspaceName } from "../record/workspace.ts";

/** How long a clean-up that has ended can be read. */
const KEPT_SECONDS = 90 * 24 * 3600;

const text = { type: String, default: null };
const mixed = { type: Schema.Types.Mixed, default: null };
const time = { type: Date, default: null };
const schema = new Schema<StoredCleanup>(
  {
    workspace: { type: Schema.Types.Mixed, required: true },
    host: { type: String, required: true },
    projects: { type: [String], default: [] } as never,
    turn: text,
    status: { type: String, required: true },
    step: { type: String, required: true },
    origin: { type: String, required: true },
    by: { type: String, required: true },
    because: { type: String, required: true },
    causes: { type: [String], default: undefined } as never,
    cause: { type: String, required: true },
    unpushed: { type: String, required: true },
    saidAt: { type: Date, required: true },
    dryRun: { type: Boolean, required: true },
    at: { type: Date, required: true },
    tombstone: mixed,
    spares: { type: [Schema.Types.Mixed], default: [] } as never,
    reasons: { type: [Schema.Types.Mixed], default: [] } as never,
    problem: mixed,
    times: { type: Number, default: 0 },
    told: text,
    byHand: { type: Boolean, default: false },
    outcome: text,
    freed: mixed,
    progress: mixed,
    fenceUntil: time,
    history: { type: [Schema.Types.Mixed], default: [] } as never,
    createdAt: { type: Date, required: true },
    startedAt: time,
    endedAt: time,
    updatedAt: { type: Date, required: true },
    work: WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
// One clean-up of a workspace at a time, over all processes.
schema.index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $type: "string" } } });
schema.index({ host: 1, "work.owner": 1, "work.dueAt": 1 });
schema.index({ status: 1, _id: -1 });
schema.index({ projects: 1, _id: -1 });
schema.index({ host: 1, _id: -1 });
schema.index({ "workspace.id": 1, _id: -1 });
schema.index({ "workspace.id": 1, _id: 1 }, { name: "by_hand", partialFilterExpression: { byHand: true } });
// One with an archive stays: it says how to restore it.
const withoutArchive = { partialFilterExpression: { "tombstone.archive": null } };
schema.index({ endedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS, ...withoutArchive });
const withArchive = { partialFilterExpression: { "tombstone.archive": { $type: "string" } } };
schema.index({ "workspace.id": 1, endedAt: -1 }, { name: "archived", ...withArchive });
schema.index({ status: 1, _id: -1 }, { name: "archived_newest", ...withArchive });
schema.index({ host: 1, status: 1, _id: -1 }, { name: "archived_of_host", ...withArchive });
schema.index({ projects: 1, status: 1, _id: -1 }, { name: "archived_of_project", ...withArchive });

export const CLEANUPS_COLLECTION = "cleanups";

/** A wish for a clean-up. */
export interface CleanupWish {
  readonly workspace: WorkspaceName;
  readonly projects: readonly string[];
  readonly origin: CleanupOrigin;
  readonly by: string;
  readonly because: string;
  readonly cause: CleanupCause;
  readonly unpushed: Unpushed;
  readonly dryRun: boolean;
  /** Not before this time. */
  readonly at: Date;
}

/** Which clean-ups a list shows; each field that is given restricts it. */
export interface CleanupFilter {
  readonly status?: CleanupStatus | undefined;
  readonly project?: string | undefined;
  readonly host?: string | undefined;
  readonly workspace?: string | undefined;
  /** `true`: those that have archived a workspace; completed ones if no status is given. */
  readonly archived?: boolean | undefined;
}

/** The clean-ups of all hosts. */
export class CleanupStore {
  readonly model: Model<StoredCleanup>;
  readonly #counts: StatusCounts<CleanupStatus>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredCleanup>("Cleanup", schema, CLEANUPS_COLLECTION);
    this.#counts = new StatusCounts(this.model, CLEANUP_STATUSES);
  }

  /**
   * Adds a clean-up, unless the workspace has one that has not ended; a dry run is always added.
   *
   * @returns the new or the existing one, and whether it is new
   */
  async add(
    wish: CleanupWish,
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<{ cleanup: StoredCleanup; added: boolean }> {
    const _id = new Types.ObjectId();
    const turn = wish.dryRun ? null : wish.workspace.id;
    const causes = causesOf(transaction);
    const why = causes.length > 0 ? { causes: [...causes] } : {};
    // A plain insert that meets the unique index would end the transaction.
    const cleanup = await this.model
      .findOneAndUpdate(
        turn === null ? { _id } : { turn },
        { $setOnInsert: { ...fresh(wish, now), ...why, _id, ...(turn === null && { turn }) } },
        { upsert: true, returnDocument: "after", session: transaction },
      )
      .lean<StoredCleanup>();
    return { cleanup, added: cleanup._id.equals(_id) };
  }

  async find(id: string): Promise<StoredCleanup | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.model.findOne({ _id: { $eq: new Types.ObjectId(id) } }).lean<StoredCleanup>();
  }

  /** The clean-up of a workspace that has not ended; `null` if there is none. */
  async activeOf(workspace: string, transaction?: Transaction): Promise<StoredCleanup | null> {
    const options = transaction ? { session: transaction } : {};
    return this.model.findOne({ turn: { $eq: workspace } }, null, options).lean<StoredCleanup>();
  }

  /** Those of these workspaces that have not ended, by workspace. */
  async activeOfAll(workspaces: readonly string[]): Promise<ReadonlyMap<string, StoredCleanup>> {
    // With its type, so that the index serves it, which only has texts.
    const turn = { $in: [...workspaces], $type: "string" as const };
    const found = await this.model.find({ turn }).lean<StoredCleanup[]>();
    return new Map(found.map((cleanup) => [cleanup.workspace.id, cleanup]));
  }

  /** The last clean-up of a workspace that archived it; `null` if none did. */
  async lastArchiving(workspace: string): Promise<StoredCleanup | null> {
    const status = "completed" as const;
    const archived = { "workspace.id": workspace, "tombstone.archive": { $type: "string" as const }, status };
    return this.model.findOne(archived).sort({ endedAt: -1 }).lean<StoredCleanup>();
  }

  /** The ids of the clean-ups from which these workspaces would be restored: see `lastArchiving`. */
  async lastArchivingOfAll(workspaces: readonly string[]): Promise<ReadonlySet<string>> {
    const archived = {
      "workspace.id": { $in: [...workspaces] },
      "tombstone.archive": { $type: "string" as const },
    };
    const found = await this.model
      .find({ ...archived, status: "completed" })
      .select({ "workspace.id": 1 })
      .sort({ "workspace.id": 1, endedAt: -1 })
      .lean<Pick<StoredCleanup, "_id" | "workspace">[]>();
    const newest = Map.groupBy(found, ({ workspace }) => workspace.id).values();
    return new Set([...newest].map(([first]) => String(first?._id)));
  }

  /** When a person last cancelled a clean-up of these workspaces, by workspace. */
  async cancelledByHand(workspaces: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const found = await this.model
      .find({ "workspace.id": { $in: [...workspaces] }, byHand: true })
      .select({ workspace: 1, endedAt: 1 })
      .sort({ "workspace.id": 1, _id: 1 })
      .lean<Pick<StoredCleanup, "workspace" | "endedAt">[]>();
    return new Map(found.flatMap(({ workspace, endedAt }) => (endedAt ? [[workspace.id, endedAt]] : [])));
  }

  /** The newest first; `before` is the last id of the previous page. */
  async list(
    { project, host, workspace, archived, status = archived ? "completed" : undefined }: CleanupFilter,
    { before, limit }: { before: string | null; limit: number },
  ): Promise<StoredCleanup[]> {
    return this.model
      .find({
        ...(status !== undefined && { status }),
        ...(project !== undefined && { projects: project }),
        ...(host !== undefined && { host }),
        ...(workspace !== undefined && { "workspace.id": workspace }),
        ...(archived !== undefined && {
          "tombstone.archive": archived ? { $type: "string" as const } : null,
        }),
        ...(before !== null && { _id: { $lt: new Types.ObjectId(before) } }),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<StoredCleanup[]>();
  }

  /**
   * Changes a clean-up that no worker holds, if it is still as its caller saw it.
   *
   * @returns whether it was
   */
  async changeAtRest(
    seen: StoredCleanup,
    update: UpdateQuery<StoredCleanup>,
    transaction: Transaction,
  ): Promise<boolean> {
    const { _id, status, step, work } = seen;
    const atRest = { _id, status, step, "work.owner": null, "work.epoch": work.epoch };
    // Another change that read the same state is refused by the epoch.
    const change = { ...update, $inc: { "work.epoch": 1 } };
    const result = await this.model.updateOne(atRest, change, { session: transaction });
    return result.matchedCount === 1;
  }

  /**
   * Ends a clean-up that has not touched its workspace, even if a worker holds it: that one may have died, and one that lives is refused by
   * the epoch before it marks the workspace, and with that before it touches anything.
   *
   * @returns whether it was still as its caller saw it
   */
  async takeAway(
    { _id, status, step, work }: StoredCleanup,
    update: UpdateQuery<StoredCleanup>,
    transaction: Transaction,
  ): Promise<boolean> {
    const seen = { _id, status, step, "work.epoch": work.epoch };
    const change = { ...update, $set: { ...update.$set, "work.owner": null }, $inc: { "work.epoch": 1 } };
    const result = await this.model.updateOne(seen, change, { session: transaction });
    return result.matchedCount === 1;
  }

  /** What the clean-ups of a host that have not ended would move to its trash, or have there. */
  async removalsOf(host: string): Promise<readonly RemovalTombstone[]> {
    const found = await this.model
      .find({ host, turn: { $type: "string" }, "tombstone.removal.trashName": { $type: "string" } })
      .select({ "tombstone.removal": 1 })
      .lean<Pick<StoredCleanup, "tombstone">[]>();
    return found.flatMap(({ tombstone }) => tombstone?.removal ?? []);
  }

  /** The number of clean-ups of each status that occurs. */
  countByStatus(): Promise<ReadonlyMap<CleanupStatus, number>> {
    return this.#counts.read();
  }
}

function fresh(wish: CleanupWish, now: Date) {
  const entry = { at: now, what: "scheduled", because: wish.because };
  return {
    workspace: wish.workspace,
    host: wish.workspace.host,
    projects: wish.projects,
    status: "scheduled",
    step: "planned",
    origin: wish.origin,
    by: wish.by,
    because: wish.because,
    cause: wish.cause,
    unpushed: wish.unpushed,
    saidAt: now,
    dryRun: wish.dryRun,
    at: wish.at,
    history: [entry],
    createdAt: now,
    updatedAt: now,
    work: { dueAt: wish.at, owner: null, epoch: 0, attempts: 0 },
  } as const;
}

/** The update that adds entries to a clean-up's history. */
export function historyOf(entries: readonly CleanupEntry[]) {
  return { history: { $each: [...entries], $slice: -CLEANUP_HISTORY_MAX } };
}
