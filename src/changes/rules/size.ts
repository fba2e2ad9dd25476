import type { ChangeTotals } from "../../github/facts/rules/change-totals.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { ClassifiedFile } from "./file-kinds.ts";

export const SIZES = ["XS", "S", "M", "L", "XL"] as const;
export type Size = (typeof SIZES)[number];

export interface ChangeSize {
  readonly size: Size;
  /** Changed lines that count for the size. */
  readonly lines: number;
  /** Changed lines of generated and vendored files, which do not count. */
  readonly linesLeftOut: number;
}

/**
 * How large a change is for reviewers. All lines of files that are not listed count, because their kind is unknown.
 *
 * @param total `null` if it is not known; then a change with unlisted files has the largest size
 * @param thresholds the maximum of changed lines for each size; more than `L` is XL
 */
export function sizeOf(
  files: readonly Pick<ClassifiedFile, "additions" | "deletions" | "generated" | "vendored">[],
  { total, filesTruncated }: { readonly total: ChangeTotals | null; readonly filesTruncated: boolean },
  thresholds: RepositorySettings["size"],
): ChangeSize {
  const listed = files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0);
  const linesLeftOut = files
    .filter(({ generated, vendored }) => generated || vendored)
    .reduce((sum, { additions, deletions }) => sum + additions + deletions, 0);
  const unlisted = filesTruncated && total ? Math.max(0, total.additions + total.deletions - listed) : 0;
  const lines = listed - linesLeftOut + unlisted;
  const unknown = filesTruncated && !total;
  return { size: unknown ? "XL" : named(lines, thresholds), lines, linesLeftOut };
}

function named(lines: number, { XS, S, M, L }: RepositorySettings["size"]): Size {
  if (lines <= XS) return "XS";
  if (lines <= S) return "S";
  if (lines <= M) return "M";
  return lines <= L ? "L" : "XL";
}
