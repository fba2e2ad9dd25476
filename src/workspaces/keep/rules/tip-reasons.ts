import { shortSha } from "../../../text/short-sha.ts";
import type { ContentReason, WorkCode } from "./keep-code.ts";
import { counted, examples } from "./listed.ts";
import { type Tip, TIP_KINDS, type TipKind } from "./tip.ts";

interface Sentence {
  readonly code: WorkCode;
  /** What the tips are, with their number. */
  readonly what: (count: number) => string;
  readonly remedy: string;
  /** Shown as examples. */
  readonly shown: "name" | "sha";
}

const ARCHIVE = "or archive the workspace";

const SENTENCES: Readonly<Record<TipKind, Sentence>> = {
  branch: {
    code: "unpushed_commits",
    what: (count) => `${counted(count, "branch", "branches")} with commits that GitHub does not keep`,
    remedy: `Push the branch and open a pull request, ${ARCHIVE}.`,
    shown: "name",
  },
  "detached-head": {
    code: "detached_commits",
    what: (count) => `${counted(count, "commit")} on no branch, checked out as a detached HEAD`,
    remedy: `Create a branch for it and push that, ${ARCHIVE}.`,
    shown: "sha",
  },
  stash: {
    code: "stash",
    what: (count) => counted(count, "stash entry", "stash entries"),
    remedy: `Apply and commit them, or drop them with \`git stash drop\`, ${ARCHIVE}.`,
    shown: "sha",
  },
  operation: {
    code: "operation_under_way",
    what: (count) => `${counted(count, "commit")} that an unfinished operation of git needs`,
    remedy: `Finish or abort the operation, ${ARCHIVE}.`,
    shown: "sha",
  },
  "worktree-ref": {
    code: "worktree_refs",
    what: (count) => `${counted(count, "commit")} that only refs of a single worktree lead to`,
    remedy: `Push them, or delete the refs, ${ARCHIVE}.`,
    shown: "name",
  },
  note: {
    code: "notes",
    what: (count) => `${counted(count, "ref")} with notes that GitHub does not have`,
    remedy: `Push them with \`git push origin 'refs/notes/*'\`, ${ARCHIVE}.`,
    shown: "name",
  },
  tag: {
    code: "unpushed_tags",
    what: (count) => `${counted(count, "tag")} that GitHub does not have`,
    remedy: `Push them with \`git push origin TAG\`, ${ARCHIVE}.`,
    shown: "name",
  },
  other: {
    code: "other_refs",
    what: (count) =>
      `${counted(count, "ref")} outside of branches and tags, with commits that GitHub does not keep`,
    remedy: `Push or delete them, ${ARCHIVE}.`,
    shown: "name",
  },
  reflog: {
    code: "reflog_commits",
    what: (count) =>
      `${counted(count, "commit")} that only the reflog leads to, such as those before an amend or a reset`,
    remedy: `Archive the workspace, or let \`git reflog expire\` drop them.`,
    shown: "sha",
  },
  fetched: {
    code: "fetched_commits",
    what: (count) => `${counted(count, "remote-tracking ref")} with commits that GitHub does not know`,
    remedy: `Push them to GitHub, or delete the refs with \`git remote prune\`, ${ARCHIVE}.`,
    shown: "name",
  },
};

/**
 * One reason for each kind of what is nowhere else.
 *
 * @param where ` in "path"`, or empty
 * @param commits all that are nowhere else
 */
export function tipReasons(tips: readonly Tip[], commits: number, where: string): ContentReason[] {
  return TIP_KINDS.flatMap((kind) => {
    const ofKind = tips.filter((tip) => tip.kind === kind);
    if (ofKind.length === 0) return [];
    const { code, what, remedy, shown } = SENTENCES[kind];
    const names = ofKind.map(({ name, sha }) => (shown === "name" ? name : shortSha(sha)));
    const total = commits > 0 ? `; ${counted(commits, "commit")} in all are nowhere else` : "";
    return [{ code, reason: `${what(ofKind.length)}${where}: ${examples(names)}${total}.`, remedy }];
  });
}
