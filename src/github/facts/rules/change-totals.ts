export interface ChangeTotals {
  readonly files: number;
  /** Lines. */
  readonly additions: number;
  /** Lines. */
  readonly deletions: number;
}

/** Adds up files. GitHub reports totals for pull requests, but not for comparisons. */
export function totalsOf(files: readonly Omit<ChangeTotals, "files">[]): ChangeTotals {
  return {
    files: files.length,
    additions: files.reduce((total, { additions }) => total + additions, 0),
    deletions: files.reduce((total, { deletions }) => total + deletions, 0),
  };
}
