import { type Model, Schema } from "mongoose";
import type { Refusal } from "../../errors.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import type { DiskUsage } from "../disk/usage.ts";
import type { Tombstone } from "./tombstone.ts";
import { WORK_SCHEMA, type Work } from "../../mongo/queue/work.ts";

/** How long a host is remembered after its last report. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** How full the disk of a root was. */
export interface HostUsage extends DiskUsage {
  readonly at: Date;
}

/** Who asked for something, and when. */
export interface AskedBy {
  readonly by: string;
  readonly at: Date;
}

/** What the worker of a host last did to make room: because somebody asked for it, or because it removed something. */
export interface LastRelief {
  readonly at: Date;
  /** Who asked for it; `null`: the disk was above its high mark. */
  readonly by: string | null;
  /** What was done, or why nothing was, with the figures. */
  readonly because: string;
  readonly before: DiskUsage;
  readonly after: DiskUsage;
  /** The workspaces from which something was removed, or which were removed; of more than `TAKEN_MAX` the first. */
  readonly taken: readonly TakenForRoom[];
}

/** What was removed from one workspace. A workspace that stays, has no clean-up and no event that would say so. */
export interface TakenForRoom {
  /** `remove_rebuildable`: only folders that a command makes again, such as `node_modules`; the workspace itself stays. */
  readonly action: "remove_rebuildable" | "remove" | "archive_and_remove";
  readonly workspace: { readonly id: string; readonly path: string };
  /** What that was thought to free, by the last measurement of the workspace. */
  readonly expected: { readonly bytes: number; readonly inodes: number };
}

/** As many as people read. */
export const TAKEN_MAX = 100;

/**
 * A folder inside a workspace that a command makes again, on its way through the trash. It is stored here and not as a clean-up: the
 * workspace stays, so it gets neither a fence nor an end, and the process that has the turn to relieve the disk finishes what another began.
 */
export interface Clearing {
  readonly workspace: { readonly id: string; readonly path: string; readonly generation: number };
  readonly removal: Tombstone;
  /** The latest change of anything in it before the rename: a later one means that somebody used it. */
  readonly newest: Date;
  readonly size: { readonly bytes: number; readonly inodes: number };
  /** `marked`: at its place or in the trash, and may be put back · `condemned`: in the trash, and is only deleted. */
  readonly step: "marked" | "condemned";
}

/** A host that holds workspaces, as its worker reported it. Other processes know its disk only from here. */
export interface StoredHost {
  /** `WORKER_HOST` */
  _id: string;
  root: string;
  /** The same without links. */
  realRoot: string;
  /** Whether it has an archive for work that is nowhere else. */
  hasArchive: boolean;
  reportedAt: Date;
  usage: HostUsage | null;
  /** Why its workspaces can't be looked at; `null` if they can. */
  problem: Refusal | null;
  /** The disk is above the high mark, and has not been below the low one since. */
  pressureSince: Date | null;
  /** What the last plan said: what it frees, or why the low mark can't be reached. */
  pressureBecause: string | null;
  /** Somebody wants an emergency clean-up, whatever the marks say. */
  reliefAsked: AskedBy | null;
  lastRelief: LastRelief | null;
  /** Nothing is removed meanwhile; a removal that runs waits between two files. */
  paused: AskedBy | null;
  clearing: Clearing | null;
  work: Work;
}

const mixed = { type: Schema.Types.Mixed, default: null };
const schema = new Schema<StoredHost>(
  {
    _id: { type: String, required: true },
    root: { type: String, required: true },
    realRoot: { type: String, required: true },
    hasArchive: { type: Boolean, required: true },
    reportedAt: { type: Date, required: true },
    usage: mixed,
    problem: mixed,
    pressureSince: { type: Date, default: null },
    pressureBecause: { type: String, default: null },
    reliefAsked: mixed,
    lastRelief: mixed,
    paused: mixed,
    clearing: mixed,
    work: WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ reportedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const HOSTS_COLLECTION = "workspace_hosts";

export type HostReport = Pick<StoredHost, "root" | "realRoot" | "hasArchive" | "usage" | "problem">;

/** The hosts that hold workspaces. */
export class HostStore {
  readonly model: Model<StoredHost>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredHost>("WorkspaceHost", schema, HOSTS_COLLECTION);
  }

  /** Stores what a worker of the host saw. */
  async report(host: string, report: HostReport, now: Date): Promise<StoredHost> {
    const work = { dueAt: now, owner: null, epoch: 0, attempts: 0 };
    const unpressed = { pressureSince: null, pressureBecause: null, reliefAsked: null, lastRelief: null };
    const nothing = { ...unpressed, paused: null, clearing: null };
    return this.model
      .findOneAndUpdate(
        { _id: host },
        { $set: { ...report, reportedAt: now }, $setOnInsert: { work, ...nothing } },
        { upsert: true, returnDocument: "after" },
      )
      .lean();
  }

  async find(host: string): Promise<StoredHost | null> {
    return this.model.findOne({ _id: { $eq: host } }).lean();
  }

  /** Those of these hosts that have ever reported. */
  async findAll(hosts: readonly string[]): Promise<ReadonlyMap<string, StoredHost>> {
    const found = await this.model.find({ _id: { $in: [...hosts] } }).lean<StoredHost[]>();
    return new Map(found.map((host) => [host._id, host]));
  }

  /** By name, starting behind `after`. */
  async list({ after, limit }: { after: string | null; limit: number }): Promise<StoredHost[]> {
    return this.model
      .find(after === null ? {} : { _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<StoredHost[]>();
  }

  /** @returns whether there is such a host */
  async askRelief(host: string, asked: AskedBy): Promise<boolean> {
    const update = { $set: { reliefAsked: asked, "work.dueAt": asked.at } };
    // A worker that holds it notices the wish itself when it gives it back.
    const { matchedCount } = await this.model.updateOne({ _id: host, "work.owner": null }, update);
    if (matchedCount === 1) return true;
    const later = await this.model.updateOne({ _id: host }, { $set: { reliefAsked: asked } });
    return later.matchedCount === 1;
  }

  /** @param paused `null` goes on. @returns whether there is such a host */
  async pause(host: string, paused: AskedBy | null): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne({ _id: host }, { $set: { paused } });
    return matchedCount === 1;
  }

  async isPaused(host: string): Promise<boolean> {
    return (await this.model.exists({ _id: host, paused: { $ne: null } })) !== null;
  }

  /** Writes what a plan for the disk said, in the transaction with its events. */
  async notePressure(
    host: string,
    pressure: Pick<StoredHost, "pressureSince" | "pressureBecause">,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id: host }, { $set: pressure }, { session: transaction });
  }
}
