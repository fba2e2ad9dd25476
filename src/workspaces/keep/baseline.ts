import type { FileContent } from "./file-content.ts";

/**
 * What a workspace held when it was created. It is noted once, at its creation: noted later, it would excuse the work of the
 * agents that came before. It can be stored as it is; paths are in base64, because their bytes need not be UTF-8.
 */
export interface Baseline {
  readonly version: 1;
  /** Where each worktree was. Only for people: a commit is not safe because it was there before. */
  readonly heads: readonly {
    readonly path: string;
    readonly ref: string | null;
    readonly sha: string | null;
  }[];
  /** Ids of tags and remote-tracking refs, which had just been fetched. */
  readonly fetched: readonly string[];
  /** Files that git does not track, and that no command makes again, such as `.env`. */
  readonly files: readonly (FileContent & { readonly path: string })[];
  /** Objects of Git LFS, which had just been fetched. */
  readonly lfsObjects: readonly string[];
}

/** A document of MongoDB holds 16 MB. What is not noted is not excused. */
export const BASELINE_FETCHED_MAX = 50_000;
export const BASELINE_FILES_MAX = 10_000;
export const BASELINE_LFS_OBJECTS_MAX = 20_000;

/** The baseline that stays in force. */
export function firstBaseline(known: Baseline | null, noted: Baseline): Baseline {
  return known ?? noted;
}

/** The files of a baseline, by their path as a string of single bytes. */
export function filesOf(baseline: Baseline | null): ReadonlyMap<string, FileContent> {
  const files = baseline?.files ?? [];
  return new Map(files.map((file) => [Buffer.from(file.path, "base64").toString("latin1"), file]));
}
