import { QUARANTINED } from "./rules/quarantine.ts";

/** Which pull requests of a repository something is about: each field that is given narrows it down. */
export interface Whereabouts {
  /** `owner/name`, in any case. */
  readonly repository: string;
  readonly number?: number;
  readonly headSha?: string;
  /** It is the head that was seen last, or on a branch: then it may be newer than what was seen. */
  readonly commit?: { readonly sha: string; readonly branches: readonly string[] };
  readonly branch?: string;
  readonly base?: string;
}

/** Whoever holds a record's lease sees by its nudges that it may not rest. */
export const ONE_NUDGE_MORE = { nudges: { $add: ["$nudges", 1] } } as const;
/** Nobody is at it, and it may be looked at. */
const FREE = { $and: [{ $eq: ["$work.owner", null] }, { $ne: ["$problem.code", QUARANTINED] }] };

/** What a nudge changes, as a stage of an update. @param at a time, or what MongoDB works out one of */
export function nudged(at: Date | object) {
  const soon = { $min: ["$work.dueAt", { $max: [at, "$notBefore"] }] };
  return {
    ...ONE_NUDGE_MORE,
    "work.dueAt": { $cond: [FREE, soon, "$work.dueAt"] },
  };
}

/** The filter that finds them. */
export function filterOf({ repository, number, headSha, commit, branch, base }: Whereabouts) {
  return {
    repository,
    ...(commit && {
      $or: [{ "pullRequest.headSha": commit.sha }, { branch: { $in: [...commit.branches] } }],
    }),
    ...(branch !== undefined && { branch }),
    ...(number !== undefined && { "pullRequest.number": number }),
    ...(headSha !== undefined && { "pullRequest.headSha": headSha }),
    ...(base !== undefined && { "pullRequest.base": base }),
  };
}
