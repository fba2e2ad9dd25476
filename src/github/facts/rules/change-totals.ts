export interface ChangeTotals {
  readonly files: number;
  /** Lines. */
  readonly additions: number;
  /** Lines. */
  readonly deletions: number;
}

/** What files come to. GitHub adds up pull requests only, and no comparisons. */
export function totalsOf(files: readonly Omit<ChangeTotals, "files">[]): ChangeTotals {
  return {
    files: files.length,
    additions: files.reduce((total, { additions }) => total + additions, 0),
    deletions: files.reduce((total, { deletions }) => total + deletions, 0),
  };
}
