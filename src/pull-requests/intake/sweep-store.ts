import { Types } from "mongoose";
import type { Reached } from "../../deliveries/delivery.ts";
import { ownedBy } from "../../github/facts/rules/owned-by.ts";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import type { PullRequestStatus } from "../record/record.ts";
import type { PullRequestStore } from "../record/store.ts";

/** Records that change in one transaction: those who are at one of them keep few others waiting. */
const BATCH_MAX = 100;
/** Of one happening; those beyond find out by themselves, with their next look within the hour. */
const RECORDS_MAX = 50_000;
const OVER: PullRequestStatus[] = ["merged", "closed"];
/** So far apart they ask GitHub: an account with thousands of them leaves room for others. */
const APART_MS = 100;

/** Which repositories something is about: some by name, or all of an account. */
export type Places =
  | { readonly repositories: readonly string[] }
  | {
      readonly account: string;
      /** Also those whose life is over. */
      readonly ended?: boolean;
    };

/** When a batch is looked at: spread over a time, so that not all ask GitHub at once. */
export interface Spread {
  readonly fromMs: number;
  readonly withinMs: number;
}

export interface Batch {
  readonly ids: readonly Types.ObjectId[];
  readonly spread: Spread;
}

interface Sweeping {
  /** The id of the record after which it goes on, and how many it has set in motion. */
  readonly reached: Reached | null;
  readonly transaction: Transaction;
}

/** Goes through the records of many repositories a batch at a time, each batch in a transaction of its own. */
export class SweepStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /**
   * Acts on the next batch of the records, of those whose life is not over unless `places` says otherwise.
   *
   * @param act answers how many it set in motion
   * @returns how many were set in motion in all, and how far it came; `null` where none is left
   */
  async next(
    places: Places,
    { reached, transaction }: Sweeping,
    act: (batch: Batch) => Promise<number>,
  ): Promise<{ readonly count: number; readonly reached: Reached | null }> {
    const before = reached?.count ?? 0;
    const after = reached && { _id: { $gt: new Types.ObjectId(reached.after) } };
    const wanted = { ...inPlaces(places), ...after };
    const found = await this.#store.model
      .find(wanted, { _id: 1 }, { session: transaction, ...collationOf(places) })
      .sort({ _id: 1 })
      .limit(BATCH_MAX)
      .lean<{ _id: Types.ObjectId }[]>();
    const ids = found.map(({ _id }) => _id);
    const spread = { fromMs: before * APART_MS, withinMs: ids.length * APART_MS };
    const count = before + (ids.length > 0 ? await act({ ids, spread }) : 0);
    const last = ids.at(-1);
    const more = last && ids.length === BATCH_MAX && count < RECORDS_MAX;
    return { count, reached: more ? { after: String(last), count } : null };
  }
}

function inPlaces(places: Places) {
  const unended = { status: { $nin: OVER } };
  if ("repositories" in places) return { repository: { $in: [...places.repositories] }, ...unended };
  const { account, ended = false } = places;
  return { repository: ownedBy(account), ...(!ended && unended) };
}

/** Names have an index that ignores case; an expression ignores it by itself. */
function collationOf(places: Places) {
  return "repositories" in places ? { collation: IGNORING_CASE } : {};
}
