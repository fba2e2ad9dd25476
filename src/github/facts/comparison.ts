import type { RepositoryAccess } from "../wire/repository-access.ts";
import { type ChangeTotals, totalsOf } from "./rules/change-totals.ts";

/** What a branch has that its base lacks. */
export interface Comparison {
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly baseSha: string;
  /** `null` if there are no commits. */
  readonly headSha: string | null;
  /** When its head was committed, by the clock of that machine; `null` if that is not known. */
  readonly headCommittedAt: Date | null;
  /** The newest 250, the newest last; `aheadBy` counts all. */
  readonly commits: readonly ComparedCommit[];
  readonly files: readonly ChangedFile[];
  /** GitHub lists at most 300 files of a comparison and does not say how many there are; at 300 there may be more. */
  readonly filesTruncated: boolean;
  /** Of the whole change; `null` if files may be missing, because GitHub reports no totals. */
  readonly total: ChangeTotals | null;
}

export interface ComparedCommit {
  readonly sha: string;
  /** The first line of the message. */
  readonly subject: string;
  /** The message with its subject, cut to `MESSAGE_CHARACTERS_MAX`. */
  readonly message: string;
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
/** Keeps 250 commits within about a megabyte. */
const MESSAGE_CHARACTERS_MAX = 5_000;

interface FileAnswer {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status: ChangedFile["status"];
  readonly additions: number;
  readonly deletions: number;
}

interface CommitAnswer {
  readonly sha: string;
  readonly commit: { readonly message: string; readonly committer: { readonly date?: string } | null };
}

interface Answer {
  readonly ahead_by: number;
  readonly behind_by: number;
  readonly base_commit: { readonly sha: string };
  readonly commits: readonly CommitAnswer[];
  readonly files?: readonly FileAnswer[];
}

/** A comparison with the commit at which the two branches diverged. */
export interface PartedBranches extends Comparison {
  readonly mergeBaseSha: string;
}

/**
 * Compares two branches or commits. Without a page, GitHub lists the newest 250 commits, and the last one is the newest of all.
 * https://docs.github.com/en/rest/commits/commits#compare-two-commits
 *
 * @throws OrbError `not_found` if either does not exist
 */
export function compare(access: RepositoryAccess, base: string, head: string): Promise<PartedBranches> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...access.route,
      basehead: `${base}...${head}`,
    });
    return { ...toComparison(data), mergeBaseSha: data.merge_base_commit.sha };
  });
}

function toComparison(answer: Answer): Comparison {
  const head = answer.commits.at(-1);
  const committedAt = head?.commit.committer?.date;
  const files = (answer.files ?? []).map(toChangedFile);
  // GitHub may leave the list out, which says nothing about the change.
  const filesTruncated = answer.files === undefined || files.length >= COMPARISON_FILES_MAX;
  return {
    aheadBy: answer.ahead_by,
    behindBy: answer.behind_by,
    baseSha: answer.base_commit.sha,
    headSha: head?.sha ?? null,
    headCommittedAt: committedAt === undefined ? null : new Date(committedAt),
    commits: answer.commits.map(({ sha, commit: { message } }) => ({
      sha,
      subject: message.split("\n", 1)[0] ?? "",
      // The cut may leave half of a character, which could not be sent on.
      message: message.slice(0, MESSAGE_CHARACTERS_MAX).toWellFormed(),
    })),
    files,
    filesTruncated,
    total: filesTruncated ? null : totalsOf(files),
  };
}

export function toChangedFile(file: FileAnswer): ChangedFile {
  return {
    path: file.filename,
    previousPath: file.previous_filename ?? null,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
  };
}
