import type { Snapshot } from "../../../github/facts/snapshot.ts";
import type { Lifecycle } from "../../record/rules/seen.ts";

export function lifecycleOf({ pullRequest }: Pick<Snapshot, "pullRequest">): Lifecycle {
  if (pullRequest.merged) return "merged";
  if (pullRequest.state === "closed") return "closed";
  return pullRequest.draft ? "draft" : "open";
}

/** Whether nothing is to be done for it any more, unless somebody reopens it. */
export function isOver(lifecycle: Lifecycle): boolean {
  return lifecycle === "merged" || lifecycle === "closed";
}
