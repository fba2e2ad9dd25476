import type { LinkedWorktree, WorktreeLock } from "../../git/linked-worktrees.ts";
import type { Operation } from "../../git/operations.ts";
import type { FileClass, FileList } from "../inspection.ts";
import type { ContentReason } from "./keep-code.ts";
import type { Borrowers } from "../borrowers.ts";
import { aged, counted, examples, shownName } from "./listed.ts";

/** @param where ` in "path"`, or empty */
export function changeReasons(changed: FileList, staged: FileList, where: string): ContentReason[] {
  const reasons: ContentReason[] = [];
  if (changed.count > 0) {
    reasons.push({
      code: "uncommitted_changes",
      reason: `${counted(changed.count, "tracked file")} with uncommitted changes${where}: ${examples(changed.paths, changed.count)}.`,
      remedy: "Commit and push the changes, or archive the workspace.",
    });
  }
  if (staged.count > 0) {
    reasons.push({
      code: "staged_changes",
      reason: `${counted(staged.count, "file")} with staged changes${where}: ${examples(staged.paths, staged.count)}.`,
      remedy: "Commit and push what is staged, or archive the workspace.",
    });
  }
  return reasons;
}

export function fileReasons(unknown: FileClass): ContentReason[] {
  if (unknown.count === 0) return [];
  return [
    {
      code: "untracked_files",
      reason: `${counted(unknown.count, "file")} that git does not track and that no command makes again: ${examples(unknown.paths, unknown.count)}.`,
      remedy: "Commit or delete them, or archive the workspace.",
    },
  ];
}

export function operationReasons(operations: readonly Operation[], where: string): ContentReason[] {
  if (operations.length === 0) return [];
  return [
    {
      code: "operation_under_way",
      reason: `An operation of git is not finished${where}: ${[...new Set(operations)].join(", ")}.`,
      remedy: "Finish it or abort it (`git status` says how), or archive the workspace.",
    },
  ];
}

export function lfsReasons(objects: readonly string[], where: string): ContentReason[] {
  if (objects.length === 0) return [];
  return [
    {
      code: "lfs_objects",
      reason: `${counted(objects.length, "object")} of Git LFS that the server is not known to have${where}: ${examples(objects)}.`,
      remedy: "Push them with `git lfs push --all origin`, or archive the workspace.",
    },
  ];
}

/** @param worktrees elsewhere, whose main repository lies in the workspace */
export function worktreeReasons(worktrees: readonly LinkedWorktree[], where: string): ContentReason[] {
  if (worktrees.length === 0) return [];
  const paths = worktrees.map(({ pointer }) =>
    pointer === null ? "" : String(pointer).replace(/\/\.git$/, ""),
  );
  const noteOf = (state: LinkedWorktree["state"], words: string): string => {
    const count = worktrees.filter((worktree) => worktree.state === state).length;
    return count > 0 ? ` ${counted(count, "of them is", "of them are")} ${words} now.` : "";
  };
  const note = noteOf("out-of-reach", "out of reach") + noteOf("in-trash", "in the trash");
  return [
    {
      code: "worktree_elsewhere",
      reason: `${counted(worktrees.length, "worktree")} outside of the workspace would lose the main repository${where}: ${examples(paths)}.${note}`,
      remedy: "Remove those worktrees first, with `git worktree remove`.",
    },
  ];
}

export function lockReasons(lock: WorktreeLock, nowMs: number, where: string): ContentReason[] {
  const words = lock.words === "" ? "without a reason" : `with the reason ${shownName(lock.words)}`;
  return [
    {
      code: "worktree_locked",
      reason: `The worktree${where} was locked ${aged(nowMs - lock.lockedAtMs)} ago, ${words}.`,
      remedy: "If nobody needs it any more, unlock it with `git worktree unlock`.",
    },
  ];
}

export function lendReasons({ known, unread }: Borrowers): ContentReason[] {
  const reasons: ContentReason[] = [];
  if (known.length > 0) {
    reasons.push({
      code: "lends_objects",
      reason: `${counted(known.length, "other workspace")} would lose objects that are borrowed from here: ${examples(known)}.`,
      remedy:
        "Copy the objects in each of them with `git repack -a -d`, and delete its `objects/info/alternates`.",
    });
  }
  const [first] = unread;
  if (first) {
    reasons.push({
      code: "borrowers_unknown",
      reason: `${counted(unread.length, "other workspace")} can't be read and may borrow objects from here: ${examples(unread.map(({ path }) => path))}. In the first one: ${first.reason}`,
      remedy: `In the first one: ${first.remedy}`,
    });
  }
  return reasons;
}
