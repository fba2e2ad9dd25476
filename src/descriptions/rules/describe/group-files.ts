import type { ChangedFile } from "../../../github/facts/comparison.ts";
import type { ClassifiedFile, FileKind } from "../../../changes/rules/file-kinds.ts";
import { totalsOf } from "../../../github/facts/rules/change-totals.ts";

/** With more directories than this, files are grouped by their parent directories. */
const GROUPS_WANTED_MAX = 20;
/** Fewer groups than this do not show where the change is. */
const GROUPS_WANTED_MIN = 4;
const DEPTH_MAX = 6;

/** The files of one kind in one directory, the largest first. */
export interface FileGroup {
  /** `""` is the root. */
  readonly directory: string;
  readonly kind: FileKind;
  readonly files: readonly ClassifiedFile[];
  readonly additions: number;
  readonly deletions: number;
}

export function churn({ additions, deletions }: Pick<ChangedFile, "additions" | "deletions">): number {
  return additions + deletions;
}

/**
 * Files by directory and kind, the largest group first, as deep as the table stays readable. Each group of a deeper
 * table is part of one group of a less deep table.
 */
export function groupFiles(files: readonly ClassifiedFile[]): FileGroup[] {
  let deeper: FileGroup[] = [];
  for (let depth = DEPTH_MAX; depth > 0; depth--) {
    const groups = groupsAt(files, depth);
    const isReadable = groups.length <= GROUPS_WANTED_MAX;
    if (isReadable) return groups.length < GROUPS_WANTED_MIN && deeper.length > 0 ? deeper : groups;
    deeper = groups;
  }
  return deeper;
}

function groupsAt(files: readonly ClassifiedFile[], depth: number): FileGroup[] {
  const groups = Map.groupBy(files, ({ path, kind }) => `${kind}:${directoryOf(path, depth)}`);
  return [...groups.values()]
    .flatMap((members) => toGroup(members, depth))
    .sort((a, b) => churn(b) - churn(a));
}

function toGroup(members: readonly ClassifiedFile[], depth: number): FileGroup[] {
  const files = [...members].sort((a, b) => churn(b) - churn(a));
  const [first] = files;
  if (!first) return [];
  const { additions, deletions } = totalsOf(files);
  return [{ directory: directoryOf(first.path, depth), kind: first.kind, files, additions, deletions }];
}

/** Called for each file at each depth, so it does not split the path into a list. */
function directoryOf(path: string, depth: number): string {
  let end = 0;
  for (let level = 0, slash = path.indexOf("/"); level < depth && slash >= 0; level++) {
    end = slash;
    slash = path.indexOf("/", slash + 1);
  }
  return path.slice(0, end);
}
