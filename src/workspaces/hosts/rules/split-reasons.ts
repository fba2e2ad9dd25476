import type { ContentReason, KeepCode } from "../../keep/keep-code.ts";

/** What an archive can't save, because others need this very folder, or because nobody knows what is in it. */
const OBSTACLES: ReadonlySet<KeepCode> = new Set<KeepCode>([
  "lends_objects",
  "worktree_elsewhere",
  "worktree_locked",
  "git_unreadable",
  "github_unreadable",
  "files_unreadable",
  "answers_for_another_folder",
]);

/** Divides the reasons of `keep/`: work, which may be archived or discarded, and what neither overcomes. */
export function splitReasons(reasons: readonly ContentReason[]): {
  readonly work: readonly ContentReason[];
  readonly obstacles: readonly ContentReason[];
} {
  return {
    work: reasons.filter(({ code }) => !OBSTACLES.has(code)),
    obstacles: reasons.filter(({ code }) => OBSTACLES.has(code)),
  };
}
