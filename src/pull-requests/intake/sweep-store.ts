import { Types } from "mongoose";
import type { Reached } from "../../deliveries/delivery.ts";
import { ownedBy } from "../../github/facts/rules/owned-by.ts";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { LIVE_STATUSES } from "../record/record.ts";
import type { PullRequestStore } from "../record/store.ts";

/** Records that change in one transaction. It is small, so that work on one of them delays few others. */
const BATCH_MAX = 100;
/** Records for one event. Further ones find out with their next look, within the hour. */
const RECORDS_MAX = 50_000;
/** The time between two looks of a sweep, so that an account with thousands of records leaves room for others. */
const APART_MS = 100;

/** The repositories of an event: some by name, or all of an account. */
export type Places =
  | { readonly repositories: readonly string[] }
  | {
      readonly account: string;
      /** Include records that have ended. */
      readonly ended?: boolean;
    };

/** When a batch gets its looks: spread over a time, so that not all ask GitHub at once. */
export interface Spread {
  readonly fromMs: number;
  readonly withinMs: number;
}

export interface Batch {
  readonly ids: readonly Types.ObjectId[];
  readonly spread: Spread;
}

interface Sweeping {
  /** Repository and id of the record after which it continues, and how many records it has made due so far. */
  readonly reached: Reached | null;
  readonly transaction: Transaction;
}

/** Goes through the records of many repositories in batches, one repository after the other, each batch in its own transaction. */
export class SweepStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /**
   * Acts on the next batch of records. Records that have ended are left out unless `places` includes them.
   *
   * @param act returns how many records it made due
   * @returns how many were made due in all, and how far it came; `null` if none is left
   */
  async next(
    places: Places,
    { reached, transaction }: Sweeping,
    act: (batch: Batch) => Promise<number>,
  ): Promise<{ readonly count: number; readonly reached: Reached | null }> {
    const before = reached?.count ?? 0;
    const found = await this.#store.model
      .find(wantedIn(places, reached), { repository: 1 }, { session: transaction })
      .collation(IGNORING_CASE)
      .sort({ repository: 1, _id: 1 })
      .limit(BATCH_MAX)
      .lean<{ _id: Types.ObjectId; repository: string }[]>();
    const ids = found.map(({ _id }) => _id);
    const spread = { fromMs: before * APART_MS, withinMs: ids.length * APART_MS };
    const count = before + (ids.length > 0 ? await act({ ids, spread }) : 0);
    const last = found.at(-1);
    const more = last && ids.length === BATCH_MAX && count < RECORDS_MAX;
    return { count, reached: more ? { after: `${last.repository} ${String(last._id)}`, count } : null };
  }
}

/** The records of the places after the one that was reached, in the order of an index. */
function wantedIn(places: Places, reached: Reached | null) {
  const ended = "account" in places && places.ended === true;
  const counted = ended ? {} : { status: { $in: [...LIVE_STATUSES] } };
  const names = "account" in places ? ownedBy(places.account) : { $in: [...places.repositories] };
  const [repository, id] = reached?.after.split(" ") ?? [];
  // Versions before stored an id alone. To start again does no harm.
  if (repository === undefined || id === undefined) return { ...counted, repository: names };
  return {
    $or: [
      { ...counted, repository, _id: { $gt: new Types.ObjectId(id) } },
      { ...counted, repository: { ...names, $gt: repository } },
    ],
  };
}
