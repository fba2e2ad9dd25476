import type { Types } from "mongoose";
import { IGNORING_CASE, type Transaction } from "../../mongo/database.ts";
import { type CommandRequest, REQUESTS_OF_ONE_MAX, REQUESTS_WAITING_MAX } from "../record/command-request.ts";
import { caused, filterOf, nudged, ONE_NUDGE_MORE, type Whereabouts } from "../record/nudge.ts";
import { ENDED_BY, type WaitEnding, SHORT_OF_PERMISSION } from "../record/rules/what-ends-a-wait.ts";
import { LIVE_STATUSES } from "../record/record.ts";
import type { PullRequestStore } from "../record/store.ts";
import type { Spread } from "./sweep-store.ts";

/** The records of an event: those of repositories by name, perhaps of one branch or base, or those of a sweep's batch. */
export type Reach =
  | {
      readonly repositories: readonly string[];
      readonly branch?: string;
      /** The base of a completion; one that names none has the default branch. */
      readonly base?: string;
    }
  | { readonly ids: readonly Types.ObjectId[] };

/** What has ended, and for which records. */
export interface Ending {
  readonly where: Reach;
  readonly happened: WaitEnding;
}

interface When {
  readonly now: Date;
  readonly transaction: Transaction;
  /** The time over which they become due; without it all are due at once. */
  readonly spread?: Spread;
}

/** The target of a request: a record, or a pull request by its number, its head or the bot's check run on GitHub. */
export type RequestPlace =
  | (Whereabouts & {
      /** Decides between several pull requests with the same head. */
      readonly checkRun?: number | undefined;
    })
  | { readonly id: Types.ObjectId };

/** Makes records due for reasons other than completions and nudges, each in the transaction of its cause. */
export class WakeStore {
  readonly #store: PullRequestStore;

  constructor(store: PullRequestStore) {
    this.#store = store;
  }

  /**
   * Makes records due whose blocking reason may be gone, with all their attempts again; a completion that was refused
   * for it is tried again. A record that is being opened right now may be about to be refused for the same reason; the nudge
   * tells its process to try again.
   *
   * @param happened the event that may have ended the reason
   * @returns how many records became due
   */
  wake(where: Reach, happened: WaitEnding, when: When): Promise<number> {
    return this.wakeAll([{ where, happened }], when);
  }

  /** The same for an event that may have ended several reasons. A record becomes due once, whatever its reasons. */
  async wakeAll(endings: readonly Ending[], { transaction, ...when }: When): Promise<number> {
    const codes = endings.flatMap(({ happened }): readonly string[] => ENDED_BY[happened]);
    if (endings.length === 0) return 0;
    const free = { $eq: ["$work.owner", null] };
    const refused = { $and: ["$publishRefused", { $in: ["$problem.code", codes] }] };
    const beingOpened = { openedAt: null, "work.owner": { $type: "string" } };
    const live = { status: { $in: [...LIVE_STATUSES] } };
    const ended = endings.flatMap(({ where, happened }): Record<string, unknown>[] => [
      {
        ...reachOf(where),
        "problem.code": { $in: [...ENDED_BY[happened]] },
        $or: [live, { publishRefused: true }],
      },
      { ...reachOf(where), ...beingOpened },
    ]);
    const { matchedCount } = await this.#store.model.updateMany(
      { $or: ended },
      [
        {
          $set: {
            ...ONE_NUDGE_MORE,
            ...caused(transaction, when.now),
            publishedRound: { $cond: [refused, { $subtract: ["$round", 1] }, "$publishedRound"] },
            "work.dueAt": { $cond: [free, { $min: ["$work.dueAt", dueAt(when)] }, "$work.dueAt"] },
            parked: null,
            // If it is refused again for the same reason, that is no news, and the waits keep growing.
            refused: { $cond: ["$refused", { $mergeObjects: ["$refused", { againAt: null }] }, null] },
            "work.attempts": { $cond: [free, 0, "$work.attempts"] },
            "work.urgent": { $or: ["$work.urgent", refused] },
          },
        },
      ],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Makes looks at records due whose facts may have changed, also at those that wait to be opened.
   *
   * @returns how many records became due
   */
  async lookAgain(ids: readonly Types.ObjectId[], { transaction, ...when }: When): Promise<number> {
    const { matchedCount } = await this.#store.model.updateMany(
      { _id: { $in: [...ids] }, status: { $in: ["open", "queued"] } },
      [{ $set: { ...nudged(dueAt(when)), ...caused(transaction, when.now) } }],
      { session: transaction, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Stores a push to the branch of pull requests. An agent may use a person's account, so a push counts as a person's only if
   * another account pushed before.
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
    await this.#store.model.updateMany(filterOf(where), [{ $set: { ...acted, pushedBy: login } }], {
      session: transaction,
      collation: IGNORING_CASE,
      updatePipeline: true,
    });
  }

  /**
   * Makes open pull requests due that have a shortcoming because a permission was missing; they are written again.
   *
   * @param by the owner who may have granted the permission
   * @returns how many records became due
   */
  async tryPermissions(where: Reach, by: string, { transaction, ...when }: When): Promise<number> {
    const refreshAsked = { $literal: { by, at: when.now } };
    const { matchedCount } = await this.#store.model.updateMany(
      { ...reachOf(where), status: "open", "shortcomings.code": SHORT_OF_PERMISSION },
      [{ $set: { ...nudged(dueAt(when)), ...caused(transaction, when.now), refreshAsked } }],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
    return matchedCount;
  }

  /**
   * Stores a request until it is carried out, and makes its record due even if that waits. A request with a known key
   * changes nothing. Of several pull requests at that place it is for the one with that check run, else for an open one.
   */
  async addRequest(
    where: RequestPlace,
    request: CommandRequest,
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<"added" | "known" | "too_many" | "no_record"> {
    const found = await this.#asked(where, transaction);
    if (!found) return "no_record";
    const { requests, requestsDone } = found;
    if (requestsDone.includes(request.key) || requests.some(({ key }) => key === request.key)) return "known";
    const ofOne = requests.filter(({ by }) => by === request.by).length;
    if (requests.length >= REQUESTS_WAITING_MAX || ofOne >= REQUESTS_OF_ONE_MAX) return "too_many";
    await this.#store.model.updateOne(
      { _id: found._id },
      [{ $set: { ...withRequest(request, now), ...caused(transaction, now) } }],
      {
        session: transaction,
        updatePipeline: true,
      },
    );
    return "added";
  }

  async #asked(where: RequestPlace, transaction: Transaction) {
    const options = { session: transaction, collation: IGNORING_CASE };
    const find = (place: object) =>
      this.#store.model.findOne(place, { requests: 1, requestsDone: 1 }, options).lean();
    if ("id" in where) return find({ _id: where.id });
    const { checkRun, ...about } = where;
    const ended = filterOf({ ...about, ended: "too" });
    const ofRun =
      checkRun === undefined ? null : await find({ ...ended, "pullRequest.checkRun.id": checkRun });
    return ofRun ?? (await find(filterOf(about))) ?? find(ended);
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
    "work.urgent": true,
  };
}

function reachOf(where: Reach) {
  if ("ids" in where) return { _id: { $in: [...where.ids] } };
  const { repositories, branch, base } = where;
  return {
    repository: { $in: [...repositories] },
    ...(branch !== undefined && { branch }),
    // A completion without a base means the default one, and that may be this.
    ...(base !== undefined && { "completion.base": { $in: [base, null] } }),
  };
}

/** An expression for MongoDB: each record gets its own random time. */
function dueAt({ now, spread }: Pick<When, "now" | "spread">): Date | object {
  if (!spread) return now;
  const { fromMs, withinMs } = spread;
  return { $add: [now, fromMs, { $multiply: [{ $rand: {} }, withinMs] }] };
}
