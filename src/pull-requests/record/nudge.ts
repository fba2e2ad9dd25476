import { NO_LOOK_MS_MAX } from "./rules/longest-waits.ts";
import { QUARANTINED } from "./rules/quarantine.ts";

/** The pull requests of a repository that an event is about. Each given field narrows it down. */
export interface Whereabouts {
  /** `owner/name`, in any case. */
  readonly repository: string;
  readonly number?: number;
  readonly headSha?: string;
  /** The head of the last look, or a commit on one of the branches, which may be newer than the last look. */
  readonly commit?: { readonly sha: string; readonly branches: readonly string[] };
  readonly branch?: string;
  readonly base?: string;
  readonly notBase?: string;
}

/** The process that holds the lease sees by the nudges that the record may not rest. */
export const ONE_NUDGE_MORE = { nudges: { $add: ["$nudges", 1] } } as const;
/** No process holds it, and it may get a look. */
const FREE = { $and: [{ $eq: ["$work.owner", null] }, { $ne: ["$problem.code", QUARANTINED] }] };

/** The changes of a nudge, as a stage of an update. @param at a time, or an expression of MongoDB for one */
export function nudged(at: Date | object) {
  // Further ahead than any wait it was set by a wrong clock: see `src/work/rules/due.ts`.
  const tooFarAhead = { $gt: ["$notBefore", { $add: [at, NO_LOOK_MS_MAX] }] };
  const soon = { $min: ["$work.dueAt", { $max: [at, { $cond: [tooFarAhead, null, "$notBefore"] }] }] };
  return {
    ...ONE_NUDGE_MORE,
    "work.dueAt": { $cond: [FREE, soon, "$work.dueAt"] },
  };
}

/** The filter that finds these pull requests. */
export function filterOf({ repository, number, headSha, commit, branch, base, notBase }: Whereabouts) {
  return {
    repository,
    ...(commit && {
      $or: [{ "pullRequest.headSha": commit.sha }, { branch: { $in: [...commit.branches] } }],
    }),
    ...(branch !== undefined && { branch }),
    ...(number !== undefined && { "pullRequest.number": number }),
    ...(headSha !== undefined && { "pullRequest.headSha": headSha }),
    ...(base !== undefined && { "pullRequest.base": base }),
    ...(notBase !== undefined && { "pullRequest.base": { $ne: notBase } }),
  };
}
