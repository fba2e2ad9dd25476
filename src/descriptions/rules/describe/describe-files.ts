import type { ChangedFile } from "../../../github/facts/comparison.ts";
import { totalsOf } from "../../../github/facts/rules/change-totals.ts";
import { ownWords, type SafeMarkdown } from "../../../text/safe.ts";
import type { ClassifiedFile, FileKind } from "../../../changes/rules/file-kinds.ts";
import { type DescribeSection, shortened } from "./describe-section.ts";
import { churn, type FileGroup, groupFiles } from "./group-files.ts";
import { groupedNumber } from "./grouped-number.ts";
import type { Wording } from "./wording.ts";

/** Up to this many files are listed directly: a table of directories would say less. */
const FILES_WITHOUT_GROUPS_MAX = 6;
const GROUPS_MAX = { full: 20, short: 8 };
const FILES_MAX = { full: 150, short: 0 };
const LEFT_OUT_NAMED_MAX = { full: 5, short: 2 };

const STATUS_WORDS: Readonly<Record<ChangedFile["status"], SafeMarkdown>> = {
  added: ownWords("added"),
  removed: ownWords("removed"),
  modified: ownWords("modified"),
  renamed: ownWords("renamed"),
  copied: ownWords("copied"),
  changed: ownWords("changed"),
  unchanged: ownWords("unchanged"),
};

const KIND_WORDS: Readonly<Record<FileKind, SafeMarkdown>> = {
  source: ownWords("source"),
  test: ownWords("tests"),
  docs: ownWords("docs"),
  dependencies: ownWords("dependencies"),
  migration: ownWords("migrations"),
  api: ownWords("API"),
  ci: ownWords("CI"),
  config: ownWords("configuration"),
  asset: ownWords("assets"),
};

/**
 * Which files change: a table of directories, with all files in a fold below it. Generated files get one line, except
 * in a change of dependencies, where the lock file is the change.
 */
export const describeFiles: DescribeSection = ({ analysis, totals }, wording) => {
  const known = analysis.files;
  const isLeftOut = ({ generated, vendored, kind }: ClassifiedFile) =>
    (generated || vendored) && !(analysis.type === "dependencies" && kind === "dependencies");
  const leftOut = known.filter(isLeftOut).sort((a, b) => churn(b) - churn(a));
  const shown = known.filter((file) => !isLeftOut(file));
  const grouped = shown.length > FILES_WITHOUT_GROUPS_MAX;
  const groups = groupFiles(shown);
  const files = grouped
    ? groups.flatMap((group) => group.files)
    : [...shown].sort((a, b) => churn(b) - churn(a));
  const takeGroups = shortened(grouped ? groups : [], GROUPS_MAX, (group) => describeGroup(group, wording));
  const takeFiles = shortened(
    files,
    grouped ? FILES_MAX : { full: files.length, short: files.length },
    (file) => describeFile(file, wording),
  );
  const takeLeftOut = shortened(leftOut, LEFT_OUT_NAMED_MAX, ({ path }) => wording.code(path));
  return (level) => ({
    total: groupedNumber(totals.files),
    single: totals.files === 1,
    none: totals.files === 0 && totals.exact,
    exact: totals.exact,
    cut: known.length < totals.files || !totals.exact,
    listed: groupedNumber(known.length),
    ...linesOf([totals]),
    // The table of files already shows this; the table of directories does not.
    changes: grouped ? statusesOf(known) : [],
    groups: takeGroups(level),
    files: takeFiles(level),
    shown: groupedNumber(files.length),
    leftOut: { ...takeLeftOut(level), count: groupedNumber(leftOut.length), ...linesOf(leftOut) },
  });
};

function describeGroup({ directory, kind, files, additions, deletions }: FileGroup, wording: Wording) {
  return {
    directory: directory === "" ? null : wording.code(`${directory}/`),
    kind: KIND_WORDS[kind],
    files: groupedNumber(files.length),
    additions: groupedNumber(additions),
    deletions: groupedNumber(deletions),
  };
}

function describeFile(
  { path, previousPath, status, kind, additions, deletions }: ClassifiedFile,
  wording: Wording,
) {
  return {
    path: wording.code(path),
    from: previousPath === null ? null : wording.code(previousPath),
    status: STATUS_WORDS[status],
    kind: KIND_WORDS[kind],
    additions: groupedNumber(additions),
    deletions: groupedNumber(deletions),
  };
}

function linesOf(changes: readonly Pick<ChangedFile, "additions" | "deletions">[]) {
  const { additions, deletions } = totalsOf(changes);
  return { additions: groupedNumber(additions), deletions: groupedNumber(deletions) };
}

/** How many files were added, removed and renamed. All others are only modified. */
function statusesOf(files: readonly ClassifiedFile[]) {
  return (["added", "removed", "renamed"] as const).flatMap((status) => {
    const count = files.filter((file) => file.status === status).length;
    return count > 0 ? [{ count: groupedNumber(count), status: STATUS_WORDS[status] }] : [];
  });
}
