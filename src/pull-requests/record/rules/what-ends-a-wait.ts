/** The branch has nothing that its base could take. */
const NOTHING_TO_MERGE = ["no_changes", "no_commits", "no_common_history"] as const;
/** A setting decides. */
const SETTINGS = [
  "on_hold",
  "open_limit_reached",
  "bot_disabled",
  "base_not_allowed",
  "branch_not_allowed",
] as const;

/**
 * The codes of the refusals that each event may end. For those that end by themselves see `recheckMs` and `afterFailure`.
 */
export const ENDED_BY = {
  /** The App was installed, is no longer suspended, or got permissions. */
  installation_usable: [
    "app_not_installed",
    "installation_suspended",
    "not_found",
    "permission_missing",
    "bad_credentials",
    "repository_blocked",
  ],
  /** The App may see the repository now. */
  repository_added: ["app_not_installed", "not_found"],
  repository_unarchived: ["repository_archived"],
  /** The missing part of a pull request's branch may be there now. */
  branch_pushed: [
    "branch_missing",
    "head_not_pushed",
    "head_invalid",
    "repository_empty",
    ...NOTHING_TO_MERGE,
  ],
  /** The base of a pull request may be there now, or have another history, or lack a change that it had before. */
  base_pushed: ["base_missing", "base_invalid", "repository_empty", ...NOTHING_TO_MERGE],
  /** Everything that depends on the base of a completion that names none. */
  default_branch_changed: [
    "base_missing",
    "base_invalid",
    "base_equals_head",
    ...SETTINGS,
    ...NOTHING_TO_MERGE,
  ],
  /** `.github/orb.yml` of the repository, or of its owner. */
  settings_pushed: SETTINGS,
  /** It made room for another. */
  pull_request_closed: ["open_limit_reached"],
} as const satisfies Record<string, readonly string[]>;

/** An event that may end a refusal. */
export type WaitEnding = keyof typeof ENDED_BY;

/** Shortcomings of an open pull request because of a missing permission. `installation_usable` may end them too. */
export const SHORT_OF_PERMISSION = /_permission_missing$/;
