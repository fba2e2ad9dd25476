import type { Refusal } from "../../errors.ts";
import type { CheckState, MergeRequirements } from "../../github/facts/branch-rules.ts";
import type { Comparison } from "../../github/facts/comparison.ts";
import type { Completion } from "../../signals/signal.ts";
import type { MarkdownPolicy } from "../../text/markdown/policy.ts";
import type { ChangeAnalysis } from "../../changes/rules/change-analysis.ts";

/** The size of the whole change, even if not all of its files are known. */
export interface FileTotals {
  readonly files: number;
  /** `false` if GitHub only says that there are at least this many; then the lines count only those files. */
  readonly exact: boolean;
  readonly additions: number;
  readonly deletions: number;
}

/** What the agents planned before they started. */
export interface DescribedPlan {
  /** Globs of the paths that the agents meant to touch. */
  readonly areas: readonly string[];
  readonly steps: readonly string[];
}

/** Another pull request of the same project, open or still expected. */
export interface Sibling {
  /** `null` if it must not be named here: it is private, and this repository is not. */
  readonly repository: string | null;
  /** `null` if there is none yet, or if it must not be named. */
  readonly number: number | null;
  /** `expected`: not open yet · `stuck`: the bot could not open it. */
  readonly state: "expected" | "stuck" | "draft" | "open" | "merged" | "closed";
  /** `null` if they have not been read yet. */
  readonly checks: "none" | "pending" | "passed" | "failed" | null;
  readonly review: "none" | "required" | "approved" | "changes_requested" | null;
}

/** Everything that a description is made of. */
export interface DescriptionFacts {
  readonly completion: Completion;
  readonly comparison: Pick<Comparison, "behindBy">;
  /** With their whole messages: merging them can close issues and mention people, just like the description. */
  readonly commits: readonly { readonly sha: string; readonly message: string }[];
  readonly headSha: string | null;
  readonly base: string;
  readonly defaultBranch: string;
  readonly analysis: ChangeAnalysis;
  readonly totals: FileTotals;
  /** `null` if the project sent no plan. */
  readonly plan: DescribedPlan | null;
  /** `null` if they were not read. */
  readonly requirements: MergeRequirements | null;
  /** Of the head commit; `null` if they were not read. */
  readonly checks: readonly CheckState[] | null;
  /** The other pull requests of a change in several repositories; else empty. */
  readonly siblings: readonly Sibling[];
  /** What the repository's owners want every description to say about work by agents. */
  readonly disclosure: string | null;
  /** What could not be done, such as a review request that GitHub refused. */
  readonly notes: readonly Refusal[];
  readonly policy: MarkdownPolicy;
}
