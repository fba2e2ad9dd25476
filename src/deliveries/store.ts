import { type Model, type mongo, Schema } from "mongoose";
import type { Refusal } from "../errors.ts";
import type { Database } from "../mongo/database.ts";
import { duplicatesIn } from "../mongo/failure.ts";
import { WORK_SCHEMA, type Work } from "../mongo/leased-work.ts";
import type { Handled, Reached } from "./delivery.ts";
import type { Deadline } from "./deadline.ts";

/** How long a delivery is known and can be replayed; GitHub itself offers them again for three days. */
export const KEPT_SECONDS = 30 * 24 * 60 * 60;

export const DELIVERY_STATUSES = ["pending", "done", "dead"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A webhook of GitHub as it is kept. */
export interface StoredDelivery {
  /** `X-GitHub-Delivery` */
  _id: string;
  event: string;
  action: string | null;
  repository: string | null;
  installationId: number | null;
  /** What it is about; of several about one thing only one is worked on at a time. */
  about: string;
  receivedAt: Date;
  /** Tells apart what one process received in one millisecond. */
  arrival: number;
  /** Of what GitHub sent, in bytes. */
  size: number;
  /** As `KeptPayload` has it. */
  payload: Uint8Array | null;
  payloadParts: string | null;
  status: DeliveryStatus;
  outcome: Handled["outcome"] | null;
  because: string | null;
  problem: Refusal | null;
  /** `about` while somebody is at it. */
  turn: string | null;
  /** How often somebody asked for it again. */
  replays: number;
  /** How far its handler has come; not there before it has done a part. */
  reached?: Reached | null;
  work: Work;
}

const text = { type: String, default: null };
const schema = new Schema<StoredDelivery>(
  {
    _id: { type: String, required: true },
    event: { type: String, required: true },
    action: text,
    repository: text,
    installationId: { type: Number, default: null },
    about: { type: String, required: true },
    receivedAt: { type: Date, required: true },
    arrival: { type: Number, required: true },
    size: { type: Number, required: true },
    payload: { type: Buffer, default: null },
    payloadParts: text,
    status: { type: String, required: true },
    outcome: text,
    because: text,
    problem: { type: Schema.Types.Mixed, default: null },
    turn: text,
    replays: { type: Number, default: 0 },
    reached: { type: Schema.Types.Mixed },
    work: WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
const pending = { partialFilterExpression: { status: "pending" } };
schema.index({ "work.owner": 1, "work.dueAt": 1 }, pending);
schema.index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $type: "string" } } });
schema.index({ status: 1, receivedAt: -1, _id: -1 });
schema.index({ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const DELIVERIES_COLLECTION = "deliveries";
/** Of those that are due longest, so many are looked at in one look, and of one thing so many are taken in a row. */
const LOOKED_AT_MAX = 500;
const OF_ONE_THING_MAX = 8;
/** Never returned by a list: the payload is GitHub's secret and nobody's list item. */
const METADATA = { payload: 0 } as const;

export type DeliveryMetadata = Omit<StoredDelivery, "payload">;

/** Deliveries about one thing that are due, in their order. */
export interface DueDeliveries {
  readonly about: string;
  readonly ids: readonly string[];
}

interface InsertedWhen {
  readonly now: Date;
  readonly deadline: Deadline;
}

export type Inserted = "inserted" | "revived" | "duplicate";

export class DeliveryStore {
  readonly model: Model<StoredDelivery>;
  /** The driver's own, for what hurries: it knows limits of time, and does not look at each field. */
  readonly #collection: mongo.Collection<StoredDelivery>;

  constructor(database: Database) {
    this.#collection = database.native.collection<StoredDelivery>(DELIVERIES_COLLECTION);
    this.model = database.connection.model<StoredDelivery>("Delivery", schema, DELIVERIES_COLLECTION);
  }

  /**
   * Keeps what is new; returns once a majority has it in its journal. One that is known and dead is made pending again.
   *
   * @returns for each, in order, what became of it
   * @throws OrbError `mongodb_unavailable` at the deadline, or the driver's error where MongoDB is away
   */
  async insertNew(deliveries: readonly StoredDelivery[], when: InsertedWhen): Promise<Inserted[]> {
    return when.deadline.wait(this.#insertOrRevive(deliveries, when));
  }

  async #insertOrRevive(deliveries: readonly StoredDelivery[], when: InsertedWhen): Promise<Inserted[]> {
    try {
      await this.#collection.insertMany(deliveries, {
        ordered: false,
        timeoutMS: when.deadline.leftMs,
      });
      return deliveries.map(() => "inserted");
    } catch (error) {
      const places = new Set(duplicatesIn(error));
      const known = deliveries.filter((_, index) => places.has(index)).map(({ _id }) => _id);
      const revived = await this.#revive(known, when);
      return deliveries.map(({ _id }, index) => {
        if (!places.has(index)) return "inserted";
        return revived.has(_id) ? "revived" : "duplicate";
      });
    }
  }

  /** Which of these are stored, whatever has become of them. */
  async has(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.model
      .find({ _id: { $in: ids } })
      .select({ _id: 1 })
      .lean<{ _id: string }[]>();
    return new Set(found.map(({ _id }) => _id));
  }

  /** Those that are due and nobody's, by what they are about, the longest due first; one that is taken over is not among them. */
  async due(now: Date, { except }: { except: readonly string[] }): Promise<DueDeliveries[]> {
    const found = await this.model.aggregate<{ _id: string; ids: string[] }>([
      {
        $match: {
          status: "pending",
          "work.owner": null,
          "work.dueAt": { $lte: now },
          about: { $nin: except },
        },
      },
      { $sort: { "work.dueAt": 1 } },
      { $limit: LOOKED_AT_MAX },
      { $project: { about: 1, receivedAt: 1, arrival: 1, "work.dueAt": 1 } },
      {
        $group: {
          _id: "$about",
          longest: { $min: "$work.dueAt" },
          ids: {
            $topN: { n: OF_ONE_THING_MAX, sortBy: { receivedAt: 1, arrival: 1 }, output: "$_id" },
          },
        },
      },
      { $sort: { longest: 1 } },
    ]);
    return found.map(({ _id, ids }) => ({ about: _id, ids }));
  }

  /** Makes one that is done or dead run again. @returns `pending` where it is about to run anyway */
  async replay(id: string, now: Date): Promise<"replayed" | "pending" | "unknown"> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, status: { $ne: "pending" } },
      { $set: onceMore(now), $inc: { replays: 1 } },
    );
    if (matchedCount === 1) return "replayed";
    return (await this.model.exists({ _id: id })) ? "pending" : "unknown";
  }

  /** The newest first, without payloads; `before` is the last of the page before. */
  async list(
    { status }: { status?: DeliveryStatus | undefined },
    { before, limit }: { before: { receivedAt: Date; id: string } | null; limit: number },
  ): Promise<DeliveryMetadata[]> {
    const older = before && {
      $or: [
        { receivedAt: { $lt: before.receivedAt } },
        { receivedAt: before.receivedAt, _id: { $lt: before.id } },
      ],
    };
    return this.model
      .find({ status: status ?? { $in: [...DELIVERY_STATUSES] }, ...older })
      .select(METADATA)
      .sort({ receivedAt: -1, _id: -1 })
      .limit(limit)
      .lean<DeliveryMetadata[]>();
  }

  /** A redelivery of one that died is somebody's wish that it be tried again. */
  async #revive(ids: readonly string[], { now, deadline }: InsertedWhen): Promise<Set<string>> {
    // With the driver's own limit of time, as the insert has one: a write that hangs would keep those behind it waiting.
    const limits = { timeoutMS: deadline.leftMs };
    const dead = { _id: { $in: [...ids] }, status: "dead" } as const;
    const revived = new Set<string>();
    for (const { _id } of await this.#collection
      .find(dead, { projection: { _id: 1 }, ...limits })
      .toArray()) {
      const change = { $set: onceMore(now), $inc: { replays: 1 } };
      const { matchedCount } = await this.#collection.updateOne({ _id, status: "dead" }, change, limits);
      if (matchedCount === 1) revived.add(_id);
    }
    return revived;
  }
}

function onceMore(now: Date) {
  return {
    status: "pending" as const,
    outcome: null,
    because: null,
    problem: null,
    reached: null,
    "work.dueAt": now,
    "work.attempts": 0,
    "work.crashes": 0,
  };
}
