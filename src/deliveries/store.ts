import { type Model, type mongo, Schema } from "mongoose";
import { countUpTo } from "../mongo/count-up-to.ts";
import { oldestPending } from "../mongo/queue/oldest-pending.ts";
import type { Refusal } from "../errors.ts";
import type { Database } from "../mongo/database.ts";
import { duplicatesIn } from "../mongo/failure.ts";
import { olderThan, type TimePlace } from "../mongo/older-than.ts";
import { BY_SHARE, BY_TIME, SHARED_WORK_SCHEMA, type SharedWork } from "../mongo/queue/shared-work.ts";
import type { Handled, Reached } from "./delivery.ts";
import type { Deadline } from "../mongo/deadline.ts";
import { type Try, TRIES_SCHEMA } from "../mongo/queue/tries.ts";

/** How long a request waits for one write. The contract demands 503 within two seconds if MongoDB is unavailable. */
export const WRITTEN_WITHIN_MS = 1_800;

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
  /** How its latest claims ended. */
  tries?: readonly Try[];
  work: SharedWork;
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
    tries: TRIES_SCHEMA,
    work: SHARED_WORK_SCHEMA,
  },
  { minimize: false, id: false, versionKey: false },
);
const pending = { partialFilterExpression: { status: "pending" } };
schema.index(BY_TIME, pending);
schema.index(BY_SHARE, pending);
schema.index({ about: 1, receivedAt: 1, arrival: 1 }, pending);
schema.index({ turn: 1 }, { unique: true, partialFilterExpression: { turn: { $type: "string" } } });
schema.index({ status: 1, receivedAt: -1, _id: -1 });
schema.index({ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const DELIVERIES_COLLECTION = "deliveries";
/** Lists leave out the payload, which may be confidential. */
const METADATA = { payload: 0 } as const;

export type DeliveryMetadata = Omit<StoredDelivery, "payload">;

interface InsertedWhen {
  readonly now: Date;
  readonly deadline: Deadline;
}

export type Inserted = "inserted" | "revived" | "duplicate";

export class DeliveryStore {
  readonly model: Model<StoredDelivery>;
  /** The driver's own collection, for urgent writes: it has time limits, and does not check each field. */
  readonly #collection: () => mongo.Collection<StoredDelivery>;

  constructor(database: Database) {
    this.#collection = () => database.native.collection<StoredDelivery>(DELIVERIES_COLLECTION);
    this.model = database.connection.model<StoredDelivery>("Delivery", schema, DELIVERIES_COLLECTION);
  }

  /** When the delivery that waits longest arrived; `null` if none waits. */
  async oldestPending(): Promise<Date | null> {
    return oldestPending(this.model);
  }

  /** How many could not be handled and can be replayed; at most `COUNTED_MAX`. */
  async countDead(): Promise<number> {
    return countUpTo(this.model, { status: "dead" });
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
      await this.#collection().insertMany(deliveries, {
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

  /** Whether a delivery that no process holds is due. */
  async hasDue(now: Date): Promise<boolean> {
    return (await this.model.exists(dueBy(now))) !== null;
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

  /** One of them, without its payload. */
  async find(id: string): Promise<DeliveryMetadata | null> {
    return this.model
      .findOne({ _id: { $eq: id } })
      .select(METADATA)
      .lean<DeliveryMetadata>();
  }

  /** The newest first, without payloads; `before` is the last item of the previous page. */
  async list(
    { status }: { status?: DeliveryStatus | undefined },
    { before, limit }: { before: TimePlace | null; limit: number },
  ): Promise<DeliveryMetadata[]> {
    const older = before && olderThan("receivedAt", before);
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
    for (const { _id } of await this.#collection()
      .find(dead, { projection: { _id: 1 }, ...limits })
      .toArray()) {
      const change = { $set: onceMore(now), $inc: { replays: 1 } };
      const { matchedCount } = await this.#collection().updateOne({ _id, status: "dead" }, change, limits);
      if (matchedCount === 1) revived.add(_id);
    }
    return revived;
  }
}

/** The filter of deliveries that are due and that no process holds. */
export function dueBy(now: Date) {
  return { status: "pending", "work.owner": null, "work.dueAt": { $lte: now } } as const;
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
    "work.crashed": [],
  };
}
