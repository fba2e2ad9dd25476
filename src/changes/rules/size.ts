import type { ChangeTotals } from "../../github/facts/rules/change-totals.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { ClassifiedFile } from "./file-kinds.ts";

export const SIZES = ["XS", "S", "M", "L", "XL"] as const;
export type Size = (typeof SIZES)[number];

export interface ChangeSize {
  readonly size: Size;
  /** Changed lines that count. */
  readonly lines: number;
  /** Changed lines of generated and vendored files, which don't. */
  readonly linesLeftOut: number;
}

/**
 * How large a change is to whoever reads it. Of files that are not listed every line counts, for they may be anything.
 *
 * @param total `null` where it is not known: then a change with files that are not listed is as large as can be
 * @param thresholds the most changed lines of each size; more than `L` is XL
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
