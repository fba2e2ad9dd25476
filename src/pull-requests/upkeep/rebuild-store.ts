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

/** An installation or a repository, once it was looked at. */
interface StoredPlace {
  /** `installation/7` or `owner/name`. */
  _id: string;
  /** Whether it need not be looked at again. */
  done: boolean;
  /** Tries that were refused. */
  refusals: number;
  /** Why the last one was. */
  problem: Refusal | null;
  /** Records that were made. */
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

/** Whether this database's records were looked for on GitHub, and where: a database that was lost has lost this as well. */
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
   * Whether there is a rebuild to do, or to go on with. Decided once, while the database has no records: those of the
   * rebuild itself must not end it, nor those of a completion that came first.
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

  /** Which of these places are still to be looked at: those that refused come last. */
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

  /** @returns how often it has refused by now */
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

  /** @returns how many records were made, and which places were given up; of those some, for people to read */
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
