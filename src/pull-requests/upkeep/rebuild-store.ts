import { type Model, Schema } from "mongoose";
import type { Refusal } from "../../errors.ts";
import type { Database } from "../../mongo/database.ts";
import type { PullRequestStore } from "../record/store.ts";

interface StoredRebuild {
  _id: "pull_requests";
  startedAt: Date;
  /** `null` while it is not finished. */
  doneAt: Date | null;
}

/** An installation or a repository that the rebuild has tried. */
interface StoredPlace {
  /** `installation/7` or `owner/name`. */
  _id: string;
  /** Whether it is finished. */
  done: boolean;
  /** The number of refused tries. */
  refusals: number;
  /** Why the last try was refused. */
  problem: Refusal | null;
  /** The number of records made. */
  records: number;
}

const schema = new Schema<StoredRebuild>(
  { _id: String, startedAt: { type: Date, required: true }, doneAt: { type: Date, default: null } },
  { id: false, versionKey: false },
);
const placeSchema = new Schema<StoredPlace>(
  {
    _id: String,
    done: { type: Boolean, required: true },
    refusals: { type: Number, default: 0 },
    problem: { type: Schema.Types.Mixed, default: null },
    records: { type: Number, default: 0 },
  },
  { id: false, versionKey: false },
);

/** Whether and where the records of this database were looked for on GitHub. A lost database has lost this too. */
export class RebuildStore {
  readonly #model: Model<StoredRebuild>;
  readonly #places: Model<StoredPlace>;
  readonly #pullRequests: PullRequestStore;

  constructor(database: Database, pullRequests: PullRequestStore) {
    const { connection } = database;
    this.#model = connection.model<StoredRebuild>("Rebuild", schema, "rebuilds");
    this.#places = connection.model<StoredPlace>("RebuildPlace", placeSchema, "rebuild_places");
    this.#pullRequests = pullRequests;
  }

  /**
   * Whether there is a rebuild to start or to continue. That is decided once, while the database has no records: neither the
   * records of the rebuild itself nor those of an early completion may end it.
   */
  async isDue(now: Date): Promise<boolean> {
    const known = await this.#model.findById("pull_requests").lean<StoredRebuild>();
    if (known) return known.doneAt === null;
    const hasRecords = (await this.#pullRequests.model.exists({})) !== null;
    const doneAt = hasRecords ? now : null;
    const begun = { $setOnInsert: { startedAt: now, doneAt } };
    await this.#model.updateOne({ _id: "pull_requests" }, begun, { upsert: true });
    return !hasRecords;
  }

  /** The places that are not finished yet; those that refused come last. */
  async open(places: readonly string[]): Promise<string[]> {
    const known = await this.#places.find({ _id: { $in: places } }).lean<StoredPlace[]>();
    const before = new Map(known.map((place) => [place._id, place]));
    const refusals = (place: string) => before.get(place)?.refusals ?? 0;
    return places
      .filter((place) => !before.get(place)?.done)
      .toSorted((one, other) => refusals(one) - refusals(other));
  }

  async looked(place: string, { records }: { records: number }): Promise<void> {
    const $set = { done: true, problem: null, records };
    await this.#places.updateOne({ _id: place }, { $set }, { upsert: true });
  }

  /** @returns how often it has refused so far */
  async refused(place: string, problem: Refusal): Promise<number> {
    const { refusals } = await this.#places
      .findOneAndUpdate(
        { _id: place },
        { $set: { problem }, $setOnInsert: { done: false, records: 0 }, $inc: { refusals: 1 } },
        { upsert: true, returnDocument: "after" },
      )
      .lean<StoredPlace>();
    return refusals;
  }

  async giveUp(place: string): Promise<void> {
    await this.#places.updateOne({ _id: place }, { $set: { done: true } });
  }

  /** @returns how many records were made, and some of the places that were given up, for people to read */
  async done(now: Date, { namedMax }: { namedMax: number }): Promise<{ records: number; givenUp: string[] }> {
    await this.#model.updateOne({ _id: "pull_requests" }, { $set: { doneAt: now } });
    const [sum] = await this.#places.aggregate<{ records: number }>([
      { $group: { _id: null, records: { $sum: "$records" } } },
    ]);
    const refused = await this.#places
      .find({ problem: { $ne: null } })
      .limit(namedMax)
      .lean<StoredPlace[]>();
    return { records: sum?.records ?? 0, givenUp: refused.map(({ _id }) => _id) };
  }
}
