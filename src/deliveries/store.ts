import { type Model, type mongo, Schema } from "mongoose";
import type { Refusal } from "../errors.ts";
import type { Database } from "../mongo/database.ts";
import { duplicatesIn } from "../mongo/failure.ts";
import { WORK_SCHEMA, type Work } from "../mongo/leased-work.ts";
import type { Handled, Reached } from "./delivery.ts";
import type { Deadline } from "./deadline.ts";

/** How long a delivery is stored and can be replayed; GitHub itself can redeliver for three days. */
export const KEPT_SECONDS = 30 * 24 * 60 * 60;

export const DELIVERY_STATUSES = ["pending", "done", "dead"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A webhook of GitHub as it is stored. */
export interface StoredDelivery {
  /** `X-GitHub-Delivery` */
  _id: string;
  event: string;
  action: string | null;
  repository: string | null;
  installationId: number | null;
  /** The thing that it is about; of the deliveries about one thing, only one is handled at a time. */
  about: string;
  receivedAt: Date;
  /** Orders the deliveries that one process received in the same millisecond. */
  arrival: number;
  /** Size of the body that GitHub sent, in bytes. */
  size: number;
  /** See `KeptPayload`; also for `payloadParts`. */
  payload: Uint8Array | null;
  payloadParts: string | null;
  status: DeliveryStatus;
  outcome: Handled["outcome"] | null;
  because: string | null;
  problem: Refusal | null;
  /** Equals `about` while the delivery is being handled. */
  turn: string | null;
  /** How often it was replayed on request. */
  replays: number;
  /** How far its handler has come; missing until the first part is done. */
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
schema.index({ about: 1, receivedAt: 1, arrival: 1 }, pending);
schema.index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $type: "string" } } });
schema.index({ status: 1, receivedAt: -1, _id: -1 });
schema.index({ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const DELIVERIES_COLLECTION = "deliveries";
/** One query reads so many of the deliveries that are due longest, and takes so many about one thing in a row. */
const EXAMINED_MAX = 500;
const OF_ONE_THING_MAX = 8;
/** If those are about few things, so many other things are looked for, which have waited less. */
const OTHER_THINGS = 16;
/** Lists leave out the payload, which may be confidential. */
const METADATA = { payload: 0 } as const;

export type DeliveryMetadata = Omit<StoredDelivery, "payload">;

/** Due deliveries about one thing, in order. */
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
  /** The driver's own collection, for urgent writes: it has time limits, and does not check each field. */
  readonly #collection: mongo.Collection<StoredDelivery>;

  constructor(database: Database) {
    this.#collection = database.native.collection<StoredDelivery>(DELIVERIES_COLLECTION);
    this.model = database.connection.model<StoredDelivery>("Delivery", schema, DELIVERIES_COLLECTION);
  }

  /**
   * Stores the new deliveries; returns after a majority has them in its journal. A stored delivery that is dead becomes
   * pending again.
   *
   * @returns the outcome for each, in order
   * @throws OrbError `mongodb_unavailable` at the deadline, or the driver's error if MongoDB is unavailable
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

  /** Which of these are stored, with any status. */
  async has(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.model
      .find({ _id: { $in: ids } })
      .select({ _id: 1 })
      .lean<{ _id: string }[]>();
    return new Set(found.map(({ _id }) => _id));
  }

  /**
   * Due deliveries that no process holds, grouped by `about`, longest due first. If hundreds are about the same few things,
   * some others follow. Abandoned ones are left to `takeOver`.
   *
   * @param except things to leave out
   * @param after the thing after which the search for others begins; it goes through all of them if the last one that it found
   * is given the next time
   */
  async due(
    now: Date,
    { except, after = "" }: { except: readonly string[]; after?: string },
  ): Promise<DueDeliveries[]> {
    const due = { status: "pending", "work.owner": null, "work.dueAt": { $lte: now } } as const;
    const oldest = await this.#oldest({ ...due, about: { $nin: [...except] } });
    const examined = oldest.reduce((sum, { examined }) => sum + examined, 0);
    if (examined < EXAMINED_MAX || oldest.length >= OTHER_THINGS) return oldest;
    const known = [...except, ...oldest.map(({ about }) => about)];
    const later = await this.#others(due, { except: known, after });
    const around = later.length > 0 ? [] : await this.#others(due, { except: known, after: "" });
    return [...oldest, ...later, ...around];
  }

  async #oldest(due: object): Promise<(DueDeliveries & { readonly examined: number })[]> {
    return this.model.aggregate([
      { $match: due },
      { $sort: { "work.dueAt": 1 } },
      { $limit: EXAMINED_MAX },
      { $project: { about: 1, receivedAt: 1, arrival: 1, "work.dueAt": 1 } },
      {
        $group: {
          _id: "$about",
          longest: { $min: "$work.dueAt" },
          examined: { $sum: 1 },
          ids: {
            $topN: { n: OF_ONE_THING_MAX, sortBy: { receivedAt: 1, arrival: 1 }, output: "$_id" },
          },
        },
      },
      { $sort: { longest: 1 } },
      { $project: { _id: 0, about: "$_id", ids: 1, examined: 1 } },
    ]);
  }

  /** Some other things, by `about`. It skips all deliveries about a known one at once, so their number costs nothing. */
  async #others(
    due: object,
    { except, after = "" }: { except: readonly string[]; after?: string },
  ): Promise<DueDeliveries[]> {
    const others = new Map<string, string[]>();
    for (let last = after; others.size < OTHER_THINGS;) {
      const found = await this.model
        .find({ ...due, about: { $gt: last, $nin: [...except] } })
        .select({ about: 1 })
        .sort({ about: 1, receivedAt: 1, arrival: 1 })
        .limit(OF_ONE_THING_MAX)
        .lean<Pick<StoredDelivery, "_id" | "about">[]>();
      for (const { _id, about } of found) others.set(about, [...(others.get(about) ?? []), _id]);
      if (found.length < OF_ONE_THING_MAX) break;
      last = found.at(-1)?.about ?? last;
    }
    return [...others].map(([about, ids]) => ({ about, ids }));
  }

  /** Makes a done or dead delivery run again. @returns `pending` if it will run anyway */
  async replay(id: string, now: Date): Promise<"replayed" | "pending" | "unknown"> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, status: { $ne: "pending" } },
      { $set: onceMore(now), $inc: { replays: 1 } },
    );
    if (matchedCount === 1) return "replayed";
    return (await this.model.exists({ _id: id })) ? "pending" : "unknown";
  }

  /** The newest first, without payloads; `before` is the last item of the previous page. */
  async list(
    { status }: { status?: DeliveryStatus | undefined },
    { before, limit }: { before: { receivedAt: Date; id: string } | null; limit: number },
  ): Promise<DeliveryMetadata[]> {
    const older = before && {
      // So that the index begins there.
      receivedAt: { $lte: before.receivedAt },
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

  /** Somebody who redelivers a dead delivery wants it to be tried again. */
  async #revive(ids: readonly string[], { now, deadline }: InsertedWhen): Promise<Set<string>> {
    // With the driver's own time limit, like the insert: a write that hangs would delay those behind it.
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
