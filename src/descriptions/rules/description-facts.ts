import type { Refusal } from "../../errors.ts";
import type { CheckState, MergeRequirements } from "../../github/facts/branch-rules.ts";
import type { Comparison } from "../../github/facts/comparison.ts";
import type { Completion } from "../../signals/signal.ts";
import type { MarkdownPolicy } from "../../text/policy.ts";
import type { ChangeAnalysis } from "../../changes/rules/change-analysis.ts";

/** How large the whole change is, also where not all of its files are known. */
export interface FileTotals {
  readonly files: number;
  /** `false` where GitHub says no more than that there are at least so many; then the lines are of those. */
  readonly exact: boolean;
  readonly additions: number;
  readonly deletions: number;
}

/** What was planned, before it was done. */
export interface DescribedPlan {
  /** Globs of the paths that the agents meant to touch. */
  readonly areas: readonly string[];
  readonly steps: readonly string[];
}

/** Another pull request of the same project, or one that is still to come. */
export interface Sibling {
  /** `null` where it may not be named here: it is private, and this repository is not. */
  readonly repository: string | null;
  /** `null` where there is none yet, or it may not be named. */
  readonly number: number | null;
  /** `expected`: not open yet · `stuck`: the bot could not open it. */
  readonly state: "expected" | "stuck" | "draft" | "open" | "merged" | "closed";
  /** `null` where nobody has looked yet. */
  readonly checks: "none" | "pending" | "passed" | "failed" | null;
  readonly review: "none" | "required" | "approved" | "changes_requested" | null;
}

/** Everything that a description is made from. */
export interface DescriptionFacts {
  readonly completion: Completion;
  readonly comparison: Pick<Comparison, "behindBy">;
  /** With their whole messages: merging them closes issues and mentions people as the description does. */
  readonly commits: readonly { readonly sha: string; readonly message: string }[];
  readonly headSha: string | null;
  readonly base: string;
  readonly defaultBranch: string;
  readonly analysis: ChangeAnalysis;
  readonly totals: FileTotals;
  /** `null` where the project told of none. */
  readonly plan: DescribedPlan | null;
  /** `null` where they were not asked for. */
  readonly requirements: MergeRequirements | null;
  /** Of the head commit; `null` where they were not asked for. */
  readonly checks: readonly CheckState[] | null;
  /** The others of a change that takes several repositories; empty where it does not. */
  readonly siblings: readonly Sibling[];
  /** What the repository's owners want to be said about agents' work. */
  readonly disclosure: string | null;
  /** What could not be done, such as a reviewer whom GitHub refused. */
  readonly notes: readonly Refusal[];
  readonly policy: MarkdownPolicy;
}
