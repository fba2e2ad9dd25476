import type { Types } from "mongoose";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { type CommandRequest, REQUESTS_OF_ONE_MAX, REQUESTS_WAITING_MAX } from "../record/command-request.ts";
import { filterOf, nudged, ONE_NUDGE_MORE, type Whereabouts } from "../record/nudge.ts";
import { ENDED_BY, type WaitEnding, SHORT_OF_PERMISSION } from "../record/rules/what-ends-a-wait.ts";
import type { PullRequestStore } from "../record/store.ts";
import type { Spread } from "./sweep-store.ts";

/** Which records something is about: those of repositories by name, or those that a sweep has come to. */
export type Reach =
  | { readonly repositories: readonly string[]; readonly branch?: string }
  | { readonly ids: readonly Types.ObjectId[] };

interface When {
  readonly now: Date;
  readonly transaction: Transaction;
  /** Over which time they are set in motion; at once where it is not given. */
  readonly spread?: Spread;
}

/** Whom a request is for: a record, or the pull request that GitHub tells of. */
export type RequestPlace = Whereabouts | { readonly id: Types.ObjectId };

/** What sets records in motion besides completions and nudges; each works in the transaction of what caused it. */
export class WakeStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /**
   * Looks again at what stood still for a reason that may be gone, with all its attempts before it; a completion that
   * was refused for it is worked off anew. One that is just being opened may be about to be refused for it: whoever is
   * at it sees by the nudge that this is not the last word.
   *
   * @param happened what may have ended it
   * @returns how many there are
   */
  async wake(where: Reach, happened: WaitEnding, { transaction, ...when }: When): Promise<number> {
    const codes = ENDED_BY[happened];
    const free = { $eq: ["$work.owner", null] };
    const refused = { $and: ["$publishRefused", { $in: ["$problem.code", codes] }] };
    const beingOpened = { openedAt: null, "work.owner": { $ne: null } };
    const { matchedCount } = await this.#store.model.updateMany(
      { ...reachOf(where), $or: [{ "problem.code": { $in: codes } }, beingOpened] },
      [
        {
          $set: {
            ...ONE_NUDGE_MORE,
            publishedRound: { $cond: [refused, { $subtract: ["$round", 1] }, "$publishedRound"] },
            "work.dueAt": { $cond: [free, { $min: ["$work.dueAt", dueAt(when)] }, "$work.dueAt"] },
            parked: null,
            "work.attempts": { $cond: [free, 0, "$work.attempts"] },
          },
        },
      ],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Has records looked at again whose ground may have moved, also those that only wait to be opened.
   *
   * @returns how many there are
   */
  async lookAgain(ids: readonly Types.ObjectId[], { transaction, ...when }: When): Promise<number> {
    const { matchedCount } = await this.#store.model.updateMany(
      { _id: { $in: [...ids] }, status: { $in: ["open", "queued"] } },
      [{ $set: nudged(dueAt(when)) }],
      { session: transaction, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Somebody pushed to the branch of pull requests. That a push is a person's and not an agent's, which may have the
   * account of a person too, is taken from its being another account's than the one before.
   */
  async pushed(
    where: Whereabouts,
    { by, isPerson }: { by: string; isPerson: boolean },
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<void> {
    const login = { $literal: by };
    const another = { $ne: ["$pushedBy", login] };
    const acted = isPerson && {
      personActedAt: { $cond: [another, now, "$personActedAt"] },
    };
    await this.#store.model.updateMany(
      { pullRequest: { $ne: null }, ...filterOf(where) },
      [{ $set: { ...acted, pushedBy: login } }],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
  }

  /**
   * Has what stands open and lacks something for want of a permission written anew.
   *
   * @param by whoever may have granted it
   * @returns how many there are
   */
  async tryPermissions(where: Reach, by: string, { transaction, ...when }: When): Promise<number> {
    const refreshAsked = { $literal: { by, at: when.now } };
    const { matchedCount } = await this.#store.model.updateMany(
      { ...reachOf(where), status: "open", "shortcomings.code": SHORT_OF_PERMISSION },
      [{ $set: { ...nudged(dueAt(when)), refreshAsked } }],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Keeps a request until it is carried out, and sets its record in motion, also where that waits. A request whose key
   * is known changes nothing.
   */
  async addRequest(
    where: RequestPlace,
    request: CommandRequest,
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<"added" | "known" | "too_many" | "no_record"> {
    const options = { session: transaction, collation: IGNORING_CASE };
    const place = "id" in where ? { _id: where.id } : { pullRequest: { $ne: null }, ...filterOf(where) };
    const found = await this.#store.model.findOne(place, { requests: 1, requestsDone: 1 }, options).lean();
    if (!found) return "no_record";
    const { requests, requestsDone } = found;
    if (requestsDone.includes(request.key) || requests.some(({ key }) => key === request.key)) return "known";
    const ofOne = requests.filter(({ by }) => by === request.by).length;
    if (requests.length >= REQUESTS_WAITING_MAX || ofOne >= REQUESTS_OF_ONE_MAX) return "too_many";
    await this.#store.model.updateOne({ _id: found._id }, [{ $set: withRequest(request, now) }], {
      session: transaction,
      updatePipeline: true,
    });
    return "added";
  }
}

function withRequest(request: CommandRequest, now: Date) {
  const free = { $eq: ["$work.owner", null] };
  const obstructed = { $ne: ["$problem", null] };
  const unparked = { $eq: ["$parked", null] };
  return {
    ...ONE_NUDGE_MORE,
    requests: { $concatArrays: ["$requests", [{ $literal: request }]] },
    parked: {
      $cond: [{ $and: [free, obstructed, unparked] }, { until: "$work.dueAt" }, "$parked"],
    },
    "work.dueAt": { $cond: [free, now, "$work.dueAt"] },
  };
}

function reachOf(where: Reach) {
  if ("ids" in where) return { _id: { $in: [...where.ids] } };
  const { repositories, branch } = where;
  return { repository: { $in: [...repositories] }, ...(branch !== undefined && { branch }) };
}

/** For MongoDB to work out: each record draws its own moment. */
function dueAt({ now, spread }: Pick<When, "now" | "spread">): Date | object {
  if (!spread) return now;
  const { fromMs, withinMs } = spread;
  return { $add: [now, fromMs, { $multiply: [{ $rand: {} }, withinMs] }] };
}
