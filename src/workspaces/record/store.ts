import { type Model, Schema } from "mongoose";
import { OrbError } from "../../errors.ts";
import { StatusCounts } from "../../mongo/count-by-status.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import { duplicatesIn } from "../../mongo/failure.ts";
import { FIELDS } from "./fields.ts";
import { type Noticed, newWorkspace } from "./new-workspace.ts";
import { foldersAbove } from "./rules/workspace-path.ts";
import {
  type NotedBaseline,
  type StoredWorkspace,
  type Workspace,
  WORKSPACE_STATUSES,
  type WorkspaceStatus,
} from "./workspace.ts";
import { withDerived } from "./with-derived.ts";
import { workspaceId } from "./workspace-id.ts";

const schema = new Schema<StoredWorkspace>(FIELDS, { minimize: false, id: false, versionKey: false });
schema.index({ host: 1, path: 1 }, { unique: true });
schema.index({ status: 1, _id: 1 });
// Lists, with each of their filters, of those that are still there.
schema.index({ goneAt: 1, _id: 1 });
schema.index({ goneAt: 1, host: 1, _id: 1 });
schema.index({ goneAt: 1, isKept: 1, _id: 1 });
schema.index({ goneAt: 1, host: 1, isKept: 1, _id: 1 });
schema.index({ projects: 1, _id: 1 });
schema.index({ host: 1, dueAt: 1, _id: 1 });
schema.index({ goneAt: 1, host: 1, measuredAt: 1, _id: 1 });
schema.index({ goneAt: 1, host: 1, createdAt: -1 });
schema.index({ goneAt: 1, host: 1, path: 1 });
schema.index({ goneAt: 1, host: 1, readAgainAt: 1 });
schema.index({ goneAt: 1, host: 1, "borrowing.from": 1 });
schema.index({ "kept.code": 1, "kept.since": 1 }, { partialFilterExpression: { status: "kept" } });
// Of a host on which no worker looks.
schema.index({ seenAt: 1, lastActiveAt: 1, _id: 1 });

export const WORKSPACES_COLLECTION = "workspaces";

/** Of one project: more than agents need. */
export const OF_PROJECT_MAX = 500;
/** A workspace that contains more others than this is kept for the first of them. */
const INSIDE_MAX = 100;
/** How often a change is computed again because another one was stored meanwhile. */
const CHANGE_TRIES_MAX = 10;

/** A baseline may have megabytes, and a page hundreds of records: it is only read by itself, with `baselineOf`; `BorrowingStore` reads the other. */
const WITHOUT_CONTENT = { "baseline.data": 0, borrowing: 0 } as const;

/** What may change: everything but the name. A baseline only as a whole, and not as it was read. */
export type WorkspaceChange = Partial<
  Omit<Workspace, "host" | "path" | "revision" | "isKept" | "baseline" | "readAgainAt"> & {
    baseline: NotedBaseline | null;
  }
>;

export interface WorkspaceFilter {
  readonly host?: string | undefined;
  readonly project?: string | undefined;
  readonly kept?: boolean | undefined;
}

/** The workspaces that we remember. Times are the server's. */
export class WorkspaceStore {
  readonly model: Model<StoredWorkspace>;
  readonly #counts: StatusCounts<WorkspaceStatus>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredWorkspace>("Workspace", schema, WORKSPACES_COLLECTION);
    this.#counts = new StatusCounts(this.model, WORKSPACE_STATUSES);
  }

  /**
   * Reads or creates a record, to change it in a transaction. Two such transactions run one after the other.
   *
   * @param noticed its `path` is normal
   */
  async openForChange(noticed: Noticed, transaction: Transaction): Promise<StoredWorkspace> {
    const { _id, revision: _, ...fields } = newWorkspace(noticed);
    return this.model
      .findOneAndUpdate(
        { _id },
        { $inc: { revision: 1 }, $setOnInsert: fields },
        { upsert: true, returnDocument: "after", session: transaction },
      )
      .select(WITHOUT_CONTENT)
      .lean();
  }

  /** Writes a change that was computed from what this transaction has read. */
  async save(id: string, change: WorkspaceChange, transaction: Transaction): Promise<void> {
    const update = { $set: withDerived(change), $inc: { revision: 1 } };
    await this.model.updateOne({ _id: id }, update, { session: transaction });
  }

  /**
   * Changes one record, by what it is at that moment.
   *
   * @param change computed again if another change was stored meanwhile; `null` writes nothing
   * @returns the record after it; `null` if there is none
   * @throws OrbError `workspace_busy` if others change it all the time
   */
  async change(
    id: string,
    change: (before: StoredWorkspace) => WorkspaceChange | null,
  ): Promise<StoredWorkspace | null> {
    for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
      const before = await this.find(id);
      const fresh = before && change(before);
      if (!before || !fresh) return before;
      const { revision } = before;
      const update = { $set: withDerived(fresh, before), $inc: { revision: 1 } };
      const after = await this.model
        .findOneAndUpdate({ _id: id, revision }, update, { returnDocument: "after" })
        .select(WITHOUT_CONTENT)
        .lean();
      if (after) return after;
    }
    throw new OrbError({
      code: "workspace_busy",
      reason: "Other processes change the record of this workspace all the time.",
      remedy: "Try again.",
    });
  }

  async find(id: string, transaction?: Transaction): Promise<StoredWorkspace | null> {
    return this.model.findOne({ _id: { $eq: id } }, WITHOUT_CONTENT, sessionOf(transaction)).lean();
  }

  /** What a folder held when it was created; `null` if that was not noted, or if another folder is at its path. */
  async baselineOf(id: string, generation: number): Promise<unknown> {
    const found = await this.model
      .findOne({ _id: { $eq: id }, generation }, { baseline: 1 })
      .lean<{ readonly baseline: NotedBaseline | null }>();
    return found?.baseline?.data ?? null;
  }

  /** @param path normal */
  async findByPath(host: string, path: string, transaction?: Transaction): Promise<StoredWorkspace | null> {
    return this.find(workspaceId({ host, path }), transaction);
  }

  /**
   * The records whose use is also use of a folder: at one of its paths, of folders that contain it, and of those inside it that are still
   * there.
   *
   * @param paths all normal paths of the folder: by the root as it is configured and as it really is
   */
  async touching(
    host: string,
    paths: readonly string[],
    transaction?: Transaction,
  ): Promise<StoredWorkspace[]> {
    const above = paths.flatMap((path) => [path, ...foldersAbove(path)]);
    const ids = [...new Set(above)].map((path) => workspaceId({ host, path }));
    const options = sessionOf(transaction);
    const found = await this.model.find({ _id: { $in: ids } }, WITHOUT_CONTENT, options).lean();
    for (const path of paths) {
      // "0" is the character behind "/".
      const inside = { goneAt: null, host, path: { $gt: `${path}/`, $lt: `${path}0` } };
      found.push(
        ...(await this.model
          .find(inside, WITHOUT_CONTENT, options)
          .sort({ path: 1 })
          .limit(INSIDE_MAX)
          .lean()),
      );
    }
    return found;
  }

  /** Adds records of folders that were found. One that has come into being meanwhile stays as it is. @returns how many are new */
  async insertFound(found: readonly StoredWorkspace[]): Promise<number> {
    if (found.length === 0) return 0;
    try {
      await this.model.collection.insertMany([...found] as never, { ordered: false });
      return found.length;
    } catch (error) {
      return found.length - duplicatesIn(error).length;
    }
  }

  /** The records of a host that have a folder, in parts. The next part is read while the caller works on one. */
  async *partsOfHost(host: string, size: number): AsyncGenerator<StoredWorkspace[], void> {
    let reading = this.#partOfHost(host, { after: null, limit: size });
    for (;;) {
      const part = await reading;
      const last = part.at(-1);
      if (!last || part.length < size) {
        if (last) yield part;
        return;
      }
      reading = this.#partOfHost(host, { after: last._id, limit: size });
      // If it fails, that is thrown where it is awaited, unless the caller has stopped before.
      reading.catch(() => {});
      yield part;
    }
  }

  #partOfHost(
    host: string,
    { after, limit }: { after: string | null; limit: number },
  ): Promise<StoredWorkspace[]> {
    return this.model
      .find({ goneAt: null, host, ...(after !== null && { _id: { $gt: after } }) }, WITHOUT_CONTENT)
      .sort({ _id: 1 })
      .limit(limit)
      .lean()
      .exec();
  }

  /** Ids and paths of all records of a host that have a folder. */
  async pathsOfHost(host: string): Promise<Pick<StoredWorkspace, "_id" | "path">[]> {
    return this.model
      .find({ goneAt: null, host }, { path: 1 })
      .sort({ _id: 1 })
      .lean<Pick<StoredWorkspace, "_id" | "path">[]>();
  }

  /** Those of a host that were measured before a time, or never, the oldest measurement first. */
  async measuredBefore(
    host: string,
    { before, limit }: { before: Date; limit: number },
  ): Promise<StoredWorkspace[]> {
    return this.model
      .find({ goneAt: null, host, measuredAt: { $lt: before } }, WITHOUT_CONTENT)
      .sort({ measuredAt: 1, _id: 1 })
      .limit(limit)
      .lean();
  }

  /** Those of a host that were created after a time, the newest first. */
  async createdSince(
    host: string,
    { since, limit }: { since: Date; limit: number },
  ): Promise<StoredWorkspace[]> {
    return this.model
      .find({ goneAt: null, host, createdAt: { $gte: since } }, WITHOUT_CONTENT)
      .sort({ createdAt: -1 })
      .limit(limit)
      .lean();
  }

  /** Those that a project has named, also those that are gone. */
  async ofProject(project: string, transaction?: Transaction): Promise<StoredWorkspace[]> {
    return this.model
      .find({ projects: project }, WITHOUT_CONTENT, sessionOf(transaction))
      .sort({ _id: 1 })
      .limit(OF_PROJECT_MAX)
      .lean();
  }

  /** Those of these ids that there are, in no order. */
  async findAll(ids: readonly string[]): Promise<StoredWorkspace[]> {
    return this.model.find({ _id: { $in: [...ids] } }, WITHOUT_CONTENT).lean();
  }

  /** Those of a host whose time has come, the first ones first. */
  async due(host: string, { now, limit }: { now: Date; limit: number }): Promise<StoredWorkspace[]> {
    return this.model
      .find({ host, dueAt: { $lte: now } }, WITHOUT_CONTENT)
      .sort({ dueAt: 1, _id: 1 })
      .limit(limit)
      .lean();
  }

  /** Lists those that have a folder, as far as we know, by id, starting behind `after`. */
  async list({
    after,
    limit,
    host,
    project,
    kept,
  }: WorkspaceFilter & { after: string | null; limit: number }): Promise<StoredWorkspace[]> {
    return this.model
      .find(
        {
          goneAt: null,
          ...(after !== null && { _id: { $gt: after } }),
          ...(host !== undefined && { host }),
          ...(project !== undefined && { projects: project }),
          ...(kept !== undefined && { isKept: kept }),
        },
        WITHOUT_CONTENT,
      )
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
  }

  /** The number of workspaces of each status that occurs. */
  countByStatus(): Promise<ReadonlyMap<WorkspaceStatus, number>> {
    return this.#counts.read();
  }
}

function sessionOf(transaction: Transaction | undefined) {
  return transaction ? { session: transaction } : {};
}
