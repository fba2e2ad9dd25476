import { isNamedInFull } from "../../../repository-settings/rules/named-in-full.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Seen } from "../../record/rules/seen.ts";

export interface BranchFacts {
  readonly settings: Pick<RepositorySettings["retention"], "deleteBranchAfterMerge"> &
    Pick<RepositorySettings, "baseBranches">;
  readonly seen: Pick<Seen, "lifecycle" | "headExists" | "headSha">;
  readonly branch: string;
  readonly defaultBranch: string;
  /** A person put it on hold. */
  readonly held: boolean;
  /** Facts that are read only if everything else allows the deletion; `null` if they were not read yet. */
  readonly asked: {
    /** The current head of the branch: a person may have pushed after the merge. */
    readonly branchSha: string;
    /** Other open pull requests with this head or base. */
    readonly otherUsers: readonly number[];
  } | null;
}

export interface BranchDecision {
  /** `ask`: it depends on `asked`. */
  readonly answer: "delete" | "keep" | "ask";
  readonly because: string;
}

/** Whether to delete the branch of a pull request, and why or why not. */
export function shouldDeleteBranch({
  settings,
  seen,
  branch,
  defaultBranch,
  held,
  asked,
}: BranchFacts): BranchDecision {
  if (seen.lifecycle !== "merged") return keep("Its pull request is not merged");
  if (held) return keep("Somebody put it on hold");
  if (!settings.deleteBranchAfterMerge) return keep("The settings keep merged branches");
  if (!seen.headExists) return keep("It is deleted already");
  if (branch === defaultBranch) return keep("It is the repository's default branch");
  // The signal names the branch, and may name one that lives on.
  if (isNamedInFull(branch, settings)) return keep("The settings name it as a base branch");
  if (!asked) return { answer: "ask", because: "Somebody else may use it" };
  if (asked.branchSha !== seen.headSha) return keep("Somebody pushed to it after the merge");
  const [user] = asked.otherUsers;
  if (user !== undefined) return keep(`#${user} uses it too`);
  return { answer: "delete", because: "Its pull request is merged and nobody else uses it" };
}

function keep(because: string): BranchDecision {
  return { answer: "keep", because };
}
