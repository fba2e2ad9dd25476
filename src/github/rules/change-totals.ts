import type { ChangedFile, ChangeTotals } from "../comparison.ts";

/** What files come to. GitHub adds up pull requests only, and no comparisons. */
export function totalsOf(files: readonly Pick<ChangedFile, "additions" | "deletions">[]): ChangeTotals {
  return {
    files: files.length,
    additions: files.reduce((total, { additions }) => total + additions, 0),
    deletions: files.reduce((total, { deletions }) => total + deletions, 0),
  };
}
