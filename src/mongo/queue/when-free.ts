import { dueAtMs } from "../../work/rules/due.ts";
import { freeAtMs, type Holder, type Observer } from "../../work/rules/holder.ts";
import { type StoredWorker, WORKERS_COLLECTION } from "./heartbeat.ts";

type Filter = Readonly<Record<string, unknown>>;

/** A document that waits, or one whose time is further ahead than it may be. */
export interface DueRow {
  readonly dueAt: Date;
  readonly tooFar?: true;
}

/** What the stages of `holdersOf` find. */
export interface HolderRow {
  readonly _id: string;
  readonly since: Date | null;
  readonly worker: readonly StoredWorker[];
}

/** The stages that find when the documents of a collection can be taken next. */
export function whenFree(
  coll: string,
  { free, tooFarAhead, held }: Readonly<Record<"free" | "tooFarAhead" | "held", Filter>>,
) {
  return [
    ...earliestOf({ ...free, "work.dueAt": { $type: "date" } }),
    { $unionWith: { coll, pipeline: [...earliestOf(tooFarAhead), { $set: { tooFar: true } }] } },
    { $unionWith: { coll, pipeline: holdersOf(held) } },
  ];
}

function earliestOf(filter: Filter) {
  return [
    { $match: filter },
    { $sort: { "work.dueAt": 1 } as const },
    { $limit: 1 },
    { $project: { _id: 0, dueAt: "$work.dueAt" } },
  ];
}

/** The stages that find each process that holds one of the documents, with its heartbeat. @param filter of held documents */
export function holdersOf(filter: Filter) {
  return [
    { $match: filter },
    { $group: { _id: "$work.owner", since: { $min: "$work.dueAt" } } },
    { $lookup: { from: WORKERS_COLLECTION, localField: "_id", foreignField: "_id", as: "worker" } },
  ];
}

export function holderOf({ _id: owner, since, worker: [worker] }: HolderRow): Holder {
  return {
    owner,
    since: since ?? new Date(0),
    aliveUntil: worker?.aliveUntil ?? null,
    saidGoodbye: worker?.goodbye ?? false,
  };
}

/** When a document that was found can be taken, in milliseconds, possibly in the past. */
export function takeableMs(row: DueRow | HolderRow, when: Observer & { readonly waitMsMax: number }): number {
  return "worker" in row ? freeAtMs(holderOf(row), when) : dueAtMs(row.dueAt, when);
}
