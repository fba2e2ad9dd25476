/** What a branch has that its base lacks. */
export interface Comparison {
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly baseSha: string;
  /** `null` where there are more commits than the 250 that GitHub lists, or none. */
  readonly headSha: string | null;
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly files: readonly ChangedFile[];
  /** GitHub lists at most 300 files of a comparison; then there are more than `files` holds. */
  readonly filesTruncated: boolean;
}

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed" | "unchanged";
  readonly additions: number;
  readonly deletions: number;
}

// https://docs.github.com/en/rest/commits/commits#compare-two-commits
const COMPARISON_FILES_MAX = 300;

interface Answer {
  readonly ahead_by: number;
  readonly behind_by: number;
  readonly base_commit: { readonly sha: string };
  readonly commits: readonly { readonly sha: string; readonly commit: { readonly message: string } }[];
  readonly files?: readonly {
    readonly filename: string;
    readonly previous_filename?: string;
    readonly status: ChangedFile["status"];
    readonly additions: number;
    readonly deletions: number;
  }[];
}

export function toComparison(answer: Answer): Comparison {
  const files = answer.files ?? [];
  const complete = answer.commits.length === answer.ahead_by;
  return {
    aheadBy: answer.ahead_by,
    behindBy: answer.behind_by,
    baseSha: answer.base_commit.sha,
    headSha: complete ? (answer.commits.at(-1)?.sha ?? null) : null,
    commits: answer.commits.map(({ sha, commit }) => ({
      sha,
      subject: commit.message.split("\n", 1)[0] ?? "",
    })),
    files: files.map((file) => ({
      path: file.filename,
      previousPath: file.previous_filename ?? null,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
    })),
    filesTruncated: files.length >= COMPARISON_FILES_MAX,
  };
}
