import type { Need } from "./need.ts";

/** What the bot does with a permission, and what does not work without it. */
export interface Use {
  /** The permission under which the documents list this use; each of its requests needs it. */
  readonly of: Need;
  /** A sentence about the bot, without its subject. */
  readonly does: string;
  /** A clause that follows "so". */
  readonly without: string;
  /**
   * `required`: no pull request can be opened without it. `asked`: the App asks for it; the bot does less without it.
   * `extra`: the App does not ask for it; an owner who wants this adds it.
   */
  readonly kind: "required" | "asked" | "extra";
}

/** Everything that the bot does on GitHub, each with the permission that it needs. */
export const USES = {
  repository: {
    of: "metadata: read",
    does: "Reads a repository's default branch, whether it is archived, the rulesets of a branch and people's roles.",
    without: "repositories can't be seen",
    kind: "required",
  },
  branches: {
    of: "contents: read",
    does: "Compares the branch with its base, receives pushes to either, and finds out which commits of a workspace are on GitHub.",
    without: "branches can't be read and GitHub opens no pull request",
    kind: "required",
  },
  files: {
    of: "contents: read",
    does: "Reads .github/orb.yml and templates on the default branch, and CODEOWNERS on the base branch.",
    without: "the repository's settings can't be read",
    kind: "required",
  },
  rendering: {
    of: "contents: read",
    does: "Lets GitHub render a description before it is written, to prove that it mentions and closes nothing by accident.",
    without: "descriptions show the agents' texts as blocks of code",
    kind: "required",
  },
  pullRequests: {
    of: "pull_requests: write",
    does: "Opens pull requests and keeps their titles and descriptions up to date.",
    without: "pull requests can't be opened or described",
    kind: "required",
  },
  following: {
    of: "pull_requests: read",
    does: "Follows them: their state, files, reviews and comments.",
    without: "pull requests can't be seen",
    kind: "required",
  },
  reviews: {
    of: "pull_requests: write",
    does: "Asks people for reviews.",
    without: "nobody is asked for a review",
    kind: "required",
  },
  answers: {
    of: "pull_requests: write",
    does: "Creates labels that a repository lacks, and answers commands in comments.",
    without: "labels are not created and commands are not answered",
    kind: "required",
  },
  labels: {
    of: "issues: write",
    does: "Adds labels to pull requests and removes them.",
    without: "pull requests get no labels",
    kind: "asked",
  },
  commands: {
    of: "issues: read",
    does: "Receives comments, in which people write commands.",
    without: "commands in comments are not received",
    kind: "asked",
  },
  reactions: {
    of: "issues: write",
    does: "Reacts to each command.",
    without: "commands in comments get no reaction",
    kind: "asked",
  },
  ownCheck: {
    of: "checks: write",
    does: 'Writes the bot\'s own check run "orb", for what a description has no room for and for mistakes in .github/orb.yml.',
    without: "the check run orb can't be written",
    kind: "asked",
  },
  checks: {
    of: "checks: read",
    does: "Reads the checks of others on a commit, to compare agents' claims with them.",
    without: "the checks of others can't be read",
    kind: "asked",
  },
  statuses: {
    of: "statuses: read",
    does: "Reads commit statuses, which some CI systems report instead of checks.",
    without: "commit statuses can't be read",
    kind: "asked",
  },
  mergeQueue: {
    of: "merge_queues: read",
    does: 'Receives the request of a merge queue for the check "orb" on its own commit.',
    without: "a merge queue that requires the check orb waits for it",
    kind: "asked",
  },
  draftState: {
    of: "contents: write",
    does: "Marks a draft as ready for review, and a pull request as a draft again, which GitHub counts as a write to contents.",
    without: "drafts stay drafts until a person marks them as ready",
    kind: "asked",
  },
  branchDeletion: {
    of: "contents: write",
    does: "Deletes the branches of merged pull requests, if a repository's settings ask for it.",
    without: "the branches stay",
    kind: "asked",
  },
  jobLogs: {
    of: "actions: read",
    does: "Hands the end of a failed job's log back to the agents.",
    without: "the agents get only its annotations",
    kind: "extra",
  },
  protection: {
    of: "administration: read",
    does: "Reads all of a classic branch protection, and notices a changed rule at once.",
    without: "GitHub shows only an outline of the protection, and a changed rule is noticed at the next look",
    kind: "extra",
  },
  teams: {
    of: "members: read",
    does: "Asks teams for reviews.",
    without: "teams are listed as not asked",
    kind: "extra",
  },
  signIn: {
    of: "members: read",
    does: "Lets members of an organization or a team sign in with GitHub, if SIGN_IN_ALLOWED names it.",
    without: "only people who are named themselves can sign in",
    kind: "extra",
  },
} as const satisfies Readonly<Record<string, Use>>;
