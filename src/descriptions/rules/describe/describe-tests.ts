import type { ClassifiedFile } from "../../../changes/rules/file-kinds.ts";
import { type DescribeSection, shortened } from "./describe-section.ts";
import { churn } from "./group-files.ts";
import { groupedNumber } from "./grouped-number.ts";

const PATHS_MAX = { full: 8, short: 3 };

/** Which tests come with the change. If source changed and no test did, it says so. */
export const describeTests: DescribeSection = ({ analysis, totals }, wording) => {
  const written = analysis.files.filter(({ generated, vendored }) => !generated && !vendored);
  const tests = written.filter(({ kind }) => kind === "test").sort((a, b) => churn(b) - churn(a));
  const removed = tests.filter(({ status }) => status === "removed");
  const added = tests.filter(({ status }) => status === "added");
  const sources = written.filter(({ kind }) => kind === "source").length;
  const left = tests.filter(({ status }) => status !== "removed");
  const take = shortened(left, PATHS_MAX, ({ path }) => wording.code(path));
  return (level) =>
    tests.length === 0 && sources === 0
      ? null
      : {
          added: added.length,
          changed: tests.length - added.length - removed.length,
          removed: removed.length,
          additions: groupedNumber(sum(tests, "additions")),
          deletions: groupedNumber(sum(tests, "deletions")),
          sources,
          ...take(level),
          complete: totals.exact && analysis.files.length >= totals.files,
        };
};

function sum(files: readonly ClassifiedFile[], of: "additions" | "deletions"): number {
  return files.reduce((total, file) => total + file[of], 0);
}
