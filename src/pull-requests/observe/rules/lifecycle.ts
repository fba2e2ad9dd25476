import type { Snapshot } from "../../../github/facts/snapshot.ts";
import type { Lifecycle } from "../../record/rules/seen.ts";

export function lifecycleOf({ pullRequest }: Pick<Snapshot, "pullRequest">): Lifecycle {
  if (pullRequest.merged) return "merged";
  if (pullRequest.state === "closed") return "closed";
  return pullRequest.draft ? "draft" : "open";
}

/** Whether there is nothing left to do for it, unless it is reopened. */
export function isOver(lifecycle: Lifecycle): boolean {
  return lifecycle === "merged" || lifecycle === "closed";
}
