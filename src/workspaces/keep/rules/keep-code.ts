import type { KeepReason } from "../../keep-reason.ts";

/** What a workspace holds that may be nowhere else. */
export type WorkCode =
  | "unpushed_commits"
  | "detached_commits"
  | "stash"
  | "unpushed_tags"
  | "notes"
  | "worktree_refs"
  | "reflog_commits"
  | "fetched_commits"
  | "other_refs"
  | "operation_under_way"
  | "uncommitted_changes"
  | "staged_changes"
  | "untracked_files"
  | "lfs_objects"
  | "lends_objects"
  | "borrowers_unknown"
  | "worktree_elsewhere"
  | "worktree_locked";

/** What could not be read, so that nobody can say what it holds. */
export type UnreadableCode =
  | "git_unreadable"
  | "github_unreadable"
  | "files_unreadable"
  | "answers_for_another_folder";

/** Why the content of a workspace keeps it. */
export type KeepCode = WorkCode | UnreadableCode;

export type ContentReason = KeepReason<KeepCode>;
export type UnreadableReason = KeepReason<UnreadableCode>;

const UNREADABLE: ReadonlySet<string> = new Set<UnreadableCode>([
  "git_unreadable",
  "github_unreadable",
  "files_unreadable",
  "answers_for_another_folder",
]);

/** Work that an archive saves, and that a person may discard. The others need this very folder, or nobody knows what they are. */
export const ARCHIVABLE: ReadonlySet<string> = new Set<WorkCode>([
  "unpushed_commits",
  "detached_commits",
  "stash",
  "unpushed_tags",
  "notes",
  "worktree_refs",
  "reflog_commits",
  "fetched_commits",
  "other_refs",
  "operation_under_way",
  "uncommitted_changes",
  "staged_changes",
  "untracked_files",
  "lfs_objects",
]);

/** `unreadable` wins: with it, nobody knows whether the other reasons are all. */
export function answerOf(reasons: readonly ContentReason[]): "clean" | "work" | "unreadable" {
  if (reasons.some(({ code }) => UNREADABLE.has(code))) return "unreadable";
  return reasons.length > 0 ? "work" : "clean";
}
