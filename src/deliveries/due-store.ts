import type { Model } from "mongoose";
import { OtherShares } from "../mongo/queue/other-shares.ts";
import { byThing, type DueDeliveries, type DueDelivery } from "./rules/by-thing.ts";
import { type DeliveryStore, dueBy, type StoredDelivery } from "./store.ts";

/** One query reads so many of the deliveries that are due longest, and takes so many about one thing in a row. */
const EXAMINED_MAX = 500;
const OF_ONE_THING_MAX = 8;
/** If those are about few things, so many other things are looked for, which have waited less. */
const OTHER_THINGS = 16;
/** The same for other shares, in deliveries. */
const OF_OTHER_SHARES = 16;

interface Options {
  /** The number of lanes of a process. */
  readonly lanes: number;
}

interface Found {
  readonly things: DueDeliveries[];
  /** Whether nothing else is due, except what was to be left out. */
  readonly isAll: boolean;
}

type Stored = Pick<StoredDelivery, "_id" | "about" | "receivedAt" | "arrival"> & {
  // Deliveries of earlier versions have no share, and count as one.
  readonly work: { readonly dueAt: Date; readonly share?: string };
};
const READ = { about: 1, receivedAt: 1, arrival: 1, "work.dueAt": 1, "work.share": 1 } as const;

/** Finds the deliveries of the inbox that are due and that no process holds. Abandoned ones are left to `takeOver`. */
export class DueDeliveryStore {
  readonly #model: Model<StoredDelivery>;
  readonly #otherShares: OtherShares<DueDelivery>;
  /** The thing after which the next search for others begins, so that it goes through all of them. */
  #lastThing = "";

  constructor({ model }: DeliveryStore, { lanes }: Options) {
    this.#model = model;
    const read = async (filter: object, options: object) =>
      (await model.find(filter, READ, options).lean<Stored[]>()).map(toDue);
    this.#otherShares = new OtherShares({ lanes, read });
  }

  /**
   * Grouped by `about`, longest due first. If hundreds are about the same few things, some others follow.
   *
   * @param except things to leave out
   */
  async find(now: Date, { except }: { readonly except: readonly string[] }): Promise<Found> {
    const due = dueBy(now);
    const oldest = await this.#oldest({ ...due, about: { $nin: [...except] } });
    const examined = oldest.reduce((sum, { examined }) => sum + examined, 0);
    const isAll = examined < EXAMINED_MAX;
    if (isAll || oldest.length >= OTHER_THINGS) return { things: oldest, isAll };
    const known = [...except, ...oldest.map(({ about }) => about)];
    const later = await this.#others(due, { except: known, after: this.#lastThing });
    const others = later.length > 0 ? later : await this.#others(due, { except: known, after: "" });
    this.#lastThing = others.at(-1)?.about ?? "";
    return { things: [...oldest, ...others], isAll };
  }

  /**
   * Some deliveries of shares that have few of the known ones, however many of others are due longer.
   *
   * @param serving the share of each thing that is known
   */
  async ofOtherShares(
    now: Date,
    { serving }: { readonly serving: readonly string[] },
  ): Promise<DueDeliveries[]> {
    return byThing(await this.#otherShares.find(dueBy(now), { serving, limit: OF_OTHER_SHARES }));
  }

  async #oldest(due: object): Promise<(DueDeliveries & { readonly examined: number })[]> {
    return this.#model.aggregate([
      { $match: due },
      { $sort: { "work.dueAt": 1 } },
      { $limit: EXAMINED_MAX },
      { $project: READ },
      {
        $group: {
          _id: "$about",
          share: { $first: { $ifNull: ["$work.share", ""] } },
          dueAt: { $min: "$work.dueAt" },
          examined: { $sum: 1 },
          ids: {
            $topN: { n: OF_ONE_THING_MAX, sortBy: { receivedAt: 1, arrival: 1 }, output: "$_id" },
          },
        },
      },
      { $sort: { dueAt: 1 } },
      {
        $project: {
          _id: 0,
          about: "$_id",
          ids: 1,
          examined: 1,
          share: 1,
          dueAt: 1,
          urgent: { $literal: true },
        },
      },
    ]);
  }

  /** Some other things, by `about`. It skips all deliveries about a known one at once, so their number costs nothing. */
  async #others(
    due: object,
    { except, after }: { readonly except: readonly string[]; readonly after: string },
  ): Promise<DueDeliveries[]> {
    const others: DueDelivery[] = [];
    const things = new Set<string>();
    for (let last = after; things.size < OTHER_THINGS;) {
      const found = await this.#model
        .find({ ...due, about: { $gt: last, $nin: [...except] } })
        .select(READ)
        .sort({ about: 1, receivedAt: 1, arrival: 1 })
        .limit(OF_ONE_THING_MAX)
        .lean<Stored[]>();
      others.push(...found.map(toDue));
      for (const { about } of found) things.add(about);
      if (found.length < OF_ONE_THING_MAX) break;
      last = found.at(-1)?.about ?? last;
    }
    return byThing(others);
  }
}

/** A delivery takes a moment, so none is more urgent than another. */
function toDue({ _id: id, about, receivedAt, arrival, work: { dueAt, share = "" } }: Stored): DueDelivery {
  return { id, about, receivedAt, arrival, dueAt, share, urgent: true };
}
