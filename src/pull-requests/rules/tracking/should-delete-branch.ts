import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Seen } from "./seen.ts";

export interface BranchFacts {
  readonly settings: Pick<RepositorySettings["retention"], "deleteBranchAfterMerge">;
  readonly seen: Pick<Seen, "lifecycle" | "headExists" | "headSha">;
  readonly branch: string;
  readonly defaultBranch: string;
  /** What the branch ends with now: somebody may have pushed after the merge. `null` where it is not known. */
  readonly branchSha: string | null;
  /** Other open pull requests with this head or base; `null` where it is not known yet: asked for only where all else allows. */
  readonly otherUsers: readonly number[] | null;
}

/** Whether the branch of a pull request is to be deleted, and why or why not. `ask`: it depends on who else uses it. */
export function shouldDeleteBranch(facts: BranchFacts): {
  readonly answer: "delete" | "keep" | "ask";
  readonly because: string;
} {
  throw new Error(`not yet: ${facts.branch}`);
}
