import { causesOf } from "../../mongo/causes.ts";
import type { Transaction } from "../../mongo/database.ts";
import { CAUSES_MAX } from "../../work/rules/causes.ts";
import { ENDED_STATUSES, LIVE_STATUSES, type PullRequestRecord } from "./record.ts";
import { NO_LOOK_MS_MAX } from "./rules/longest-waits.ts";
import { QUARANTINED } from "./rules/quarantine.ts";

/**
 * The pull requests of a repository that an event is about. Each given field narrows it down. Those that have ended are left out
 * unless `ended` says otherwise, because their number only grows.
 */
export interface Whereabouts {
  /** `owner/name`, in any case. */
  readonly repository: string;
  /** Its id, if another repository that had the name must not be meant. */
  readonly repositoryId?: number;
  readonly number?: number;
  readonly headSha?: string;
  /** The head of the last look, or a commit on one of the branches, which may be newer than the last look. */
  readonly commit?: { readonly sha: string; readonly branches: readonly string[] };
  readonly branch?: string;
  readonly base?: string;
  readonly notBase?: string;
  /** `too`: the event concerns that very pull request. `with_head`: only those that have ended, with a branch at the last look. */
  readonly ended?: "too" | "with_head";
}

/** The process that holds the lease sees by the nudges that the record may not rest. */
export const ONE_NUDGE_MORE = { nudges: { $add: ["$nudges", 1] } } as const;
/**
 * Whether an event of GitHub or a command came during a run.
 *
 * @param record as the run read it
 * @param current as it is stored at its end
 */
export function isNudged(
  record: Pick<PullRequestRecord, "nudges">,
  current: Pick<PullRequestRecord, "nudges"> | null,
): boolean {
  return current !== null && current.nudges > record.nudges;
}

/** No process holds it, and it may get a look. */
const FREE = { $and: [{ $eq: ["$work.owner", null] }, { $ne: ["$problem.code", QUARANTINED] }] };

/** The changes of a nudge, as a stage of an update. @param at a time, or an expression of MongoDB for one */
export function nudged(at: Date | object) {
  return { ...ONE_NUDGE_MORE, "work.dueAt": dueBy(at) };
}

/**
 * Notes the messages for which a transaction makes records due, as a part of the same stage: `addCauses` in MongoDB's words.
 *
 * @param now when they do so
 */
export function caused(transaction: Transaction, now: Date) {
  const keys = causesOf(transaction);
  if (keys.length === 0) return {};
  const known = { $ifNull: ["$causes", []] };
  const others = { $filter: { input: known, cond: { $not: [{ $in: ["$$this.key", { $literal: keys }] }] } } };
  const added = { $literal: keys.map((key) => ({ key, at: now, runs: 0, doneAt: null })) };
  return { causes: { $slice: [{ $concatArrays: [others, added] }, -CAUSES_MAX] } };
}

/**
 * The changes of a nudge for a change of another pull request of its change set, which may wait: its own changes are reported at once. The
 * process that holds the lease sees by `siblingMoves` that there was one.
 */
export function siblingsMoved({ now, quietMs }: { readonly now: Date; readonly quietMs: number }) {
  return {
    siblingMoves: { $add: [{ $ifNull: ["$siblingMoves", 0] }, 1] },
    siblingsMovedAt: { $ifNull: ["$siblingsMovedAt", now] },
    "work.dueAt": dueBy(new Date(now.getTime() + quietMs)),
  };
}

/** Due at that time, or once it may get a look again; a process that holds it decides at its end. */
function dueBy(at: Date | object) {
  // Further ahead than any wait it was set by a wrong clock: see `src/work/rules/due.ts`.
  const tooFarAhead = { $gt: ["$notBefore", { $add: [at, NO_LOOK_MS_MAX] }] };
  const soon = { $min: ["$work.dueAt", { $max: [at, { $cond: [tooFarAhead, null, "$notBefore"] }] }] };
  return { $cond: [FREE, soon, "$work.dueAt"] };
}

/** The filter that finds these pull requests. */
export function filterOf({ commit, ...where }: Whereabouts) {
  const filter = narrowed(where);
  if (!commit) return filter;
  // Each half has its own index.
  return {
    $or: [
      { ...filter, "pullRequest.headSha": commit.sha },
      { ...filter, branch: { $in: [...commit.branches] } },
    ],
  };
}

function narrowed({
  repository,
  repositoryId,
  number,
  headSha,
  branch,
  base,
  notBase,
  ended,
}: Omit<Whereabouts, "commit">) {
  return {
    repository,
    // Older records do not have it, and others not yet.
    ...(repositoryId !== undefined && { repositoryId: { $in: [repositoryId, null] } }),
    pullRequest: { $ne: null },
    ...(ended === undefined && { status: { $in: [...LIVE_STATUSES] } }),
    ...(ended === "with_head" && { status: { $in: [...ENDED_STATUSES] }, "seen.headExists": true }),
    ...(branch !== undefined && { branch }),
    ...(number !== undefined && { "pullRequest.number": number }),
    ...(headSha !== undefined && { "pullRequest.headSha": headSha }),
    ...(base !== undefined && { "pullRequest.base": base }),
    ...(notBase !== undefined && { "pullRequest.base": { $ne: notBase } }),
  };
}
